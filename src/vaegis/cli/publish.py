"""`vaegis publish`: latents and scores of the champion, back in the feature store."""

from pathlib import Path
from typing import Annotated

import typer

from vaegis import paths
from vaegis.cli.options import Address, AsJson
from vaegis.cli.output import emit, progress


def publish(
    source: Annotated[
        Path, typer.Argument(metavar="INPUT", help="Parquet file, or a folder of them; else the validated rows.")
    ] = paths.CLEAN_ROWS,
    model: Address = "",
    as_json: AsJson = False,
) -> None:
    """Write latents, anomaly score, p-value and model version to Feast, offline and online.

    A row is named by keys, time and version: published again it takes its own place. No stage runs because of it. A
    killed run is taken up again by the same command.
    """
    from vaegis.cli.model import open_version  # noqa: PLC0415 - torch
    from vaegis.config.load import load_section  # noqa: PLC0415
    from vaegis.config.pull import PullConfig  # noqa: PLC0415
    from vaegis.feature_store.publish import publish as give_back  # noqa: PLC0415 - feast
    from vaegis.feature_store.publish import service_name  # noqa: PLC0415
    from vaegis.registry.revocation import require_standing  # noqa: PLC0415
    from vaegis.serving.latents import parts_of, write_latents  # noqa: PLC0415
    from vaegis.serving.pieces import Pieces  # noqa: PLC0415

    pieces = Pieces.of(source)
    address, name, fitted = open_version(model)
    require_standing(fitted.content_digest, address)
    pull = load_section("pull", PullConfig)
    repository = Path(pull.repository) if pull.repository else paths.FEATURE_REPO
    state = paths.FEAST_STATE if pull.repository else None
    parts = parts_of(fitted, pieces, name, paths.PUBLISHED / service_name(fitted.schema))
    with parts.until_used():
        with progress("rows", pieces.total) as tell:
            resumed = write_latents(fitted, pieces, name, parts, tell)
        done = give_back(repository, state, fitted.schema, parts.files(pieces.count), name, paths.PUBLISHED)
    record = {
        "model": address,
        "version": name,
        "content_digest": fitted.content_digest,
        "rows": pieces.total,
        "rows_of_version": done.rows,
        "resumed_parts": resumed,
        "online": done.online,
        "project": done.project,
        "service": done.name,
        "repository": str(done.repository),
    }
    told = f"{pieces.total:,} rows by {name} in feature service {done.name}, {done.online:,} entities online"
    emit(record, as_json, told, f'FeatureStore(repo_path="{done.repository}").get_feature_service("{done.name}")')
