"""Fit, rank and load from Python."""

import logging
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.config.checks import as_seed
from vaegis.config.model import ModelConfig
from vaegis.config.score import ScoreConfig
from vaegis.config.train import TrainConfig
from vaegis.contract import TableSchema, conform
from vaegis.data.stream import stream_frame
from vaegis.data.tables import as_frame
from vaegis.data.transform import TableTransform
from vaegis.errors import DataError, TrainingError
from vaegis.fitted.form import TableForm
from vaegis.fitted.model import FittedModel
from vaegis.inference.frame import contract_of
from vaegis.scoring.detector import Detector

_LOG = logging.getLogger(__name__)
SHARES: Final = (0.70, 0.15, 0.15)
"""Rows for training, validation and calibration."""
MIN_ROWS: Final = 10
"""Fewer rows leave nothing to validate and calibrate on."""

Config = ModelConfig | Mapping[str, Mapping[str, Any]]
"""Whole, or the sections `train`, `score` and `generator` of params.yaml with the keys that are not to be chosen."""


def fit(
    table: Any, config: Config | None = None, seed: int | None = None, *, schema: TableSchema | None = None
) -> FittedModel:
    """Fit a model to a table; rows are dealt to training, validation and calibration at random.

    Rows of one entity close in time are nearly equal: for those use the pipeline, which splits by blocks of time.

    Args:
        table: a pandas frame, an Arrow table or a numeric matrix. Missing cells are fine.
        config: settings, such as `{"train": {"beta": 0.5}, "generator": {"kind": "none"}}`; sizes that it does not hold
            are chosen by the rows and columns.
        seed: of everything random; None: the configuration's.
        schema: the contract; None: every column that can be modelled is a feature. Dates and times, durations, names,
            prose and values of other types cannot: each such column is left out, with a warning that says why. Make
            numbers of them, such as the hour or the days since, or mark a time as a feature in a contract.

    Raises:
        DataError: a feature is missing, of the wrong type, or there are too few rows.
        ConfigError: a setting is unknown or out of range.
    """
    # Lightning, seconds: only who fits pays for it.
    from vaegis.fitted.build import RoleStreams, fit_model  # noqa: PLC0415
    from vaegis.training.sink import NullSink  # noqa: PLC0415

    frame = as_frame(table)
    contract, rows = _read(frame, schema)
    settings = _settings(config, seed, rows)
    train, validation, calibration = _deal(rows, settings.train.seed)
    streams = RoleStreams(stream_frame(train), stream_frame(validation), stream_frame(calibration))
    with tempfile.TemporaryDirectory() as folder:
        few = dict.fromkeys(("train", "validation", "calibration"), 1)
        fitted = fit_model(contract, streams, settings, folder=Path(folder), sink=NullSink(), min_rows=few)
    if fitted is None:
        raise TrainingError("fit ran on a rank above 0", allowed="one process", where="use the pipeline for several")
    return replace(fitted[0], form=TableForm.of(table, frame, contract.inputs))


def rank(table: Any, seed: int = 0, *, schema: TableSchema | None = None) -> pd.Series:
    """Return how anomalous each row of a table is among the others, some of which may be: higher is more anomalous.

    Nothing is trained on a row that judges it. To judge other rows later, use `fit`.

    Raises:
        DataError: a column is of the wrong type, or there are too few rows.
    """
    contract, rows = _read(as_frame(table), schema)
    transform = TableTransform.fit(contract.features, [rows], max_levels=TrainConfig().max_levels)
    batch = transform.encode(rows)
    detector = Detector.fit(batch, transform.num_levels, ScoreConfig(seed=as_seed(seed)))
    return pd.Series(detector.rank_N(batch), index=rows.index, name="score")


def load(source: str | Path, *, keep_last_good: str | Path | None = None) -> FittedModel:
    """Load a fitted model from a bundle folder or a registry address such as `models:/NAME@champion`.

    From a registry every stored file is held against the audit log first: its manifest, promotion record, revocations.

    Args:
        source: where the model is.
        keep_last_good: a folder of yours; what loads from the registry is kept there, and answers, with a warning, when
            the registry's own is refused or out of reach. A revoked model never does.

    Raises:
        ArtifactError: nothing there, or altered.
        RefusedError: it was revoked.
        ServiceError: the registry does not answer.
    """
    if str(source).startswith("models:/"):
        from vaegis.registry.last_good import load_registered  # noqa: PLC0415 - mlflow only where an address needs it

        return load_registered(str(source), keep_last_good)
    return FittedModel.load(source)


def _read(frame: pd.DataFrame, schema: TableSchema | None) -> tuple[TableSchema, pd.DataFrame]:
    """Return the contract, and the columns it wants."""
    if len(frame) < MIN_ROWS:
        raise DataError(f"the table holds {len(frame)} rows", allowed=f"at least {MIN_ROWS}", where="the table")
    if schema is None:
        schema, left = contract_of(frame)
        for guess in left:
            _LOG.warning("column %s is not modelled: %s", guess.column.name, guess.reason)
    elif not isinstance(schema, TableSchema):
        raise DataError(f"schema is {schema!r:.60}", allowed="a TableSchema, or None: it is guessed", where="the call")
    return schema, conform(frame, schema.inputs)


def _settings(config: Config | None, seed: int | None, rows: pd.DataFrame) -> ModelConfig:
    """Return the configuration; several devices would run the caller's script once more each."""
    if not isinstance(config, ModelConfig):
        num_rows = max(1, int(SHARES[0] * len(rows)))
        config = ModelConfig.for_rows(num_rows, rows.shape[1], config)
    if config.train.devices == "auto":
        config = replace(config, train=replace(config.train, devices="1"))
    return config.seeded(seed)


def _deal(rows: pd.DataFrame, seed: int) -> list[pd.DataFrame]:
    order = np.random.default_rng(seed).permutation(len(rows))
    cuts = (np.cumsum(SHARES)[:-1] * len(rows)).astype(int)
    return [rows.iloc[part] for part in np.split(order, cuts)]
