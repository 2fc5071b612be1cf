"""Fit and load from Python."""

import logging
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.config.train import TrainConfig
from vaegis.contract import TableSchema, conform
from vaegis.data.stream import stream_frame
from vaegis.data.tables import as_frame
from vaegis.errors import ConfigError, DataError, TrainingError
from vaegis.fitted.model import FittedModel
from vaegis.inference.frame import contract_of

_LOG = logging.getLogger(__name__)
SHARES: Final = (0.70, 0.15, 0.15)
"""Rows for training, validation and calibration."""
MIN_ROWS: Final = 10
"""Fewer rows leave nothing to validate and calibrate on."""

Config = TrainConfig | Mapping[str, Any]


def fit(
    table: Any, config: Config | None = None, seed: int | None = None, *, schema: TableSchema | None = None
) -> FittedModel:
    """Fit a model to a table; rows are dealt to training, validation and calibration at random.

    Rows of one entity close in time are nearly equal: for those use the pipeline, which splits by blocks of time.

    Args:
        table: a pandas frame, an Arrow table or a numeric matrix. Missing cells are fine.
        config: settings of training, or a mapping of a few of them; the rest is chosen from the table.
        seed: of everything random; None: the configuration's.
        schema: the contract; None: every column that can be modelled is a feature.

    Raises:
        DataError: a feature is missing, of the wrong type, or there are too few rows.
        ConfigError: a setting is unknown or out of range.
    """
    # Lightning, seconds: only who fits pays for it.
    from vaegis.fitted.build import RoleStreams, fit_model  # noqa: PLC0415
    from vaegis.training.sink import NullSink  # noqa: PLC0415

    frame = as_frame(table)
    contract = schema or _inferred(frame)
    rows = conform(frame, contract.inputs)
    if len(rows) < MIN_ROWS:
        raise DataError(f"the table holds {len(rows)} rows", allowed=f"at least {MIN_ROWS}", where="the table")
    settings = _settings(config, seed)
    train, validation, calibration = (stream_frame(part) for part in _deal(rows, settings.seed))
    with tempfile.TemporaryDirectory() as folder:
        fitted = fit_model(
            contract,
            RoleStreams(train, validation, calibration),
            settings,
            folder=Path(folder),
            sink=NullSink(),
            min_rows=dict.fromkeys(("train", "validation", "calibration"), 1),
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


def _inferred(frame: pd.DataFrame) -> TableSchema:
    contract, left = contract_of(frame)
    for guess in left:
        _LOG.warning("column %s is not modelled: %s", guess.column.name, guess.reason)
    return contract


def _settings(config: Config | None, seed: int | None) -> TrainConfig:
    """Return the configuration; several devices would run the caller's script once more each."""
    if config is None or isinstance(config, Mapping):
        try:
            config = TrainConfig(**(config or {}))
        except TypeError as error:
            allowed = ", ".join(TrainConfig.__dataclass_fields__)
            raise ConfigError(f"fit: {error}", allowed=allowed, where="config") from None
    devices = "1" if config.devices == "auto" else config.devices
    return replace(config, devices=devices, seed=config.seed if seed is None else seed)


def _deal(rows: pd.DataFrame, seed: int) -> list[pd.DataFrame]:
    order = np.random.default_rng(seed).permutation(len(rows))
    cuts = (np.cumsum(SHARES)[:-1] * len(rows)).astype(int)
    return [rows.iloc[part] for part in np.split(order, cuts)]
