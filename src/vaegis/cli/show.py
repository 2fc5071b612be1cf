"""`vaegis show`: what the registry holds of a model."""

from typing import Annotated, Any

import typer

from vaegis.cli.options import AsJson
from vaegis.cli.output import emit, table
from vaegis.config.load import load_section
from vaegis.config.register import RegisterConfig
from vaegis.errors import ArtifactError
from vaegis.registry.address import database_file, preflight, tracking_uri, without_credentials
from vaegis.registry.names import CONTENT_DIGEST, REASONS, VERDICT
from vaegis.registry.peek import Snapshot, peek


def show(
    model: Annotated[str, typer.Argument(help="Registered model; empty: register.model of params.yaml.")] = "",
    alias: Annotated[str, typer.Option(help="Print only the version this alias stands for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show versions, aliases and verdicts of a registered model."""
    name = model or load_section("register", RegisterConfig).model
    held = _look(name)
    if alias:
        if alias not in held.aliases:
            what = f"{name} has no alias {alias!r}"
            raise ArtifactError(what, allowed=", ".join(sorted(held.aliases)) or "none yet", where="vaegis show")
        emit({"alias": alias, "model": name, "version": held.aliases[alias]}, as_json, held.aliases[alias])
        return
    versions = [_describe(version, held) for version in sorted(held.tags, key=int, reverse=True)]
    grid = table("version", "aliases", "verdict", "digest", "why")
    for item in versions:
        grid.add_row(item["version"], ", ".join(item["aliases"]), item["verdict"], item["digest"][:12], item["reasons"])
    record = {"model": name, "tracking": without_credentials(tracking_uri()), "aliases": held.aliases}
    emit({**record, "versions": versions}, as_json, f"{name} in {record['tracking']}", grid)


def _look(name: str) -> Snapshot:
    uri = tracking_uri()
    file = database_file(uri)
    nothing = ArtifactError(f"{name} is not registered in {without_credentials(uri)}", where="make repro")
    if file is not None and not file.is_file():
        raise nothing
    preflight(uri)
    held = peek(uri, name, ())
    if not held.tags:
        raise nothing
    return held


def _describe(version: str, held: Snapshot) -> dict[str, Any]:
    tags = held.tags[version]
    return {
        "version": version,
        "aliases": sorted(alias for alias, target in held.aliases.items() if target == version),
        "verdict": tags.get(VERDICT, "not judged"),
        "reasons": tags.get(REASONS, ""),
        "digest": tags.get(CONTENT_DIGEST, ""),
    }
