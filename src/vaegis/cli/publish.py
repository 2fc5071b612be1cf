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

    A row is named by keys, time and version: published again it takes its own place. No stage runs because of it.
    """
    from vaegis.cli.model import open_version  # noqa: PLC0415 - torch
    from vaegis.config.load import load_section  # noqa: PLC0415
    from vaegis.config.pull import PullConfig  # noqa: PLC0415
    from vaegis.feature_store.publish import publish as give_back  # noqa: PLC0415 - feast
    from vaegis.serving.latents import latent_tables  # noqa: PLC0415
    from vaegis.serving.pieces import Pieces  # noqa: PLC0415

    pieces = Pieces.of(source)
    address, name, fitted = open_version(model)
    pull = load_section("pull", PullConfig)
    repository = Path(pull.repository) if pull.repository else paths.FEATURE_REPO
    state = paths.FEAST_STATE if pull.repository else None
    with progress("rows", pieces.total) as tell:
        tables = latent_tables(fitted, pieces, name, tell)
        done = give_back(repository, state, fitted.schema, tables, name, paths.PUBLISHED)
    record = {
        "model": address,
        "version": name,
        "content_digest": fitted.content_digest,
        "rows": pieces.total,
        "rows_of_version": done.rows,
        "online": done.online,
        "project": done.project,
        "service": done.name,
        "repository": str(done.repository),
    }
    told = f"{pieces.total:,} rows by {name} in feature service {done.name}, {done.online:,} entities online"
    emit(record, as_json, told, f'FeatureStore(repo_path="{done.repository}").get_feature_service("{done.name}")')
