"""Fit and load from Python."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from vaegis.config.train import TrainConfig
from vaegis.contract import TableSchema, conform
from vaegis.data.stream import stream_frame
from vaegis.errors import TrainingError
from vaegis.fitted.model import FittedModel

SHARES: Final = (0.70, 0.15, 0.15)
"""Rows for training, validation and calibration."""


def fit(frame: pd.DataFrame, schema: TableSchema, config: TrainConfig | None = None) -> FittedModel:
    """Fit a model to the features of a frame; rows are dealt to training, validation and calibration at random.

    Rows of one entity close in time are nearly equal: for those use the pipeline, which splits by blocks of time.
    `devices: auto` means one here: several would run the caller's script once more each.

    Raises:
        DataError: a feature is missing, of the wrong type or without a value, or there are too few rows.
    """
    # Lightning, seconds: only who fits pays for it.
    from vaegis.fitted.build import RoleStreams, fit_model  # noqa: PLC0415
    from vaegis.training.sink import NullSink  # noqa: PLC0415

    config = config or TrainConfig()
    if config.devices == "auto":
        config = replace(config, devices="1")
    rows = conform(frame, schema.inputs)
    order = np.random.default_rng(config.seed).permutation(len(rows))
    cuts = (np.cumsum(SHARES)[:-1] * len(rows)).astype(int)
    train, validation, calibration = (stream_frame(rows.iloc[part]) for part in np.split(order, cuts))
    with tempfile.TemporaryDirectory() as folder:
        fitted = fit_model(
            schema,
            RoleStreams(train, validation, calibration),
            config,
            folder=Path(folder),
            sink=NullSink(),
        )
    if fitted is None:
        raise TrainingError("fit ran on a rank above 0", allowed="one process", where="use the pipeline for several")
    return fitted[0]


def load(source: str | Path) -> FittedModel:
    """Load a fitted model from a bundle folder or a registry address such as `models:/NAME@champion`.

    Raises:
        ArtifactError: nothing there, or altered.
        ServiceError: the registry does not answer.
    """
    if str(source).startswith("models:/"):
        from vaegis.registry.download import load_registered  # noqa: PLC0415 - mlflow only where an address needs it

        return load_registered(str(source))
    return FittedModel.load(Path(source))
