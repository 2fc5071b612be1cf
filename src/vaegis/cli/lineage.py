"""`vaegis lineage`: what is behind a version, and which versions are behind rows or an entity."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from vaegis.cli.options import AsJson
from vaegis.cli.output import emit, table
from vaegis.errors import ConfigError


def lineage(
    address: Annotated[str, typer.Argument(help="models:/NAME/VERSION or models:/NAME@ALIAS.")] = "",
    data: Annotated[str, typer.Option(help="Fingerprint of rows: which versions learned from them?")] = "",
    entity: Annotated[
        list[str] | None, typer.Option(help="KEY=VALUE: which versions learned from it? Repeat to narrow it down.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a version comes from; or, for erasure and recall, every version that learned from rows or an entity."""
    if [bool(address), bool(data), bool(entity)].count(True) != 1:
        raise ConfigError("lineage of what?", allowed="an address, --data or --entity", where="vaegis lineage --help")
    from vaegis.registry import ancestry  # noqa: PLC0415 - mlflow: seconds

    if address:
        found = ancestry.ancestry(address)
        emit(found, as_json, f"{found['model']} version {found['version']}", _behind(found), "", *found["life"])
        return
    versions = ancestry.learned_from_data(data) if data else ancestry.learned_from_entity(_wanted(entity or []))
    grid = table("model", "version", "aliases", "rows", "content", "note")
    for item in versions:
        rows = "" if item.rows is None else f"{item.rows:,}"
        grid.add_row(item.model, item.version, ", ".join(item.aliases), rows, item.content_digest[:12], item.note)
    nothing = "no registered version learned from it"
    emit([asdict(item) for item in versions], as_json, *([grid] if versions else [nothing]))


def _behind(found: dict[str, Any]) -> Table:
    grid = table("", "")
    for part in ("rows", "definitions", "code"):
        for key, value in found[part].items():
            grid.add_row(f"{part}: {key}", value or "unknown")
    grid.add_row("verdict", found["verdict"])
    grid.add_row("content digest", found["content_digest"])
    for key, value in found["parameters"].items():
        grid.add_row(key, value)
    for person in found["people"]:
        grid.add_row(person["who"], f"{person['what']} on {person['when'][:16].replace('T', ' ')} UTC")
    return grid


def _wanted(words: list[str]) -> dict[str, str]:
    pairs = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not (key and sign and value):
            raise ConfigError(f"{word!r} names no entity", allowed="KEY=VALUE", where="--entity")
        pairs[key] = value
    return pairs
