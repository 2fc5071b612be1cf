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
    """Write latents, anomaly score, p-value and model version to Feast, offline and (publish.online) online.

    What stage `publish` does after a promotion, for any rows and any model. A row is named by keys, time and version:
    published again it takes its own place. A killed run is taken up again by the same command.
    """
    from vaegis.cli.model import open_version  # noqa: PLC0415 - torch
    from vaegis.registry.features import give_back  # noqa: PLC0415 - feast
    from vaegis.serving.pieces import Pieces  # noqa: PLC0415

    pieces = Pieces.of(source)
    address, version, fitted = open_version(model)
    with progress("rows", pieces.total) as tell:
        done = give_back(fitted, address, version, pieces, tell)
    told = (
        f"{done['rows']:,} rows by {version} in feature service {done['service']}, {done['online']:,} entities online"
    )
    emit(
        done, as_json, told, f'FeatureStore(repo_path="{done["repository"]}").get_feature_service("{done["service"]}")'
    )
