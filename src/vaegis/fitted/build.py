"""From a stream of rows with roles to a fitted model."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from vaegis.config.train import TrainConfig
from vaegis.contract import TableSchema
from vaegis.data.batches import TableBatch, concatenate
from vaegis.data.split import MIN_ROWS
from vaegis.data.stream import Stream, frames
from vaegis.data.transform import TableTransform
from vaegis.errors import TrainingError
from vaegis.fitted.conditions import keep_conditions
from vaegis.fitted.layout import make_layout
from vaegis.fitted.model import FittedModel
from vaegis.model.vae import make_network
from vaegis.scoring.calibration import Calibration
from vaegis.scoring.scores import column_nll_NX, negative_elbo_N
from vaegis.training.fit import fit_network
from vaegis.training.history import History
from vaegis.training.sink import MetricSink

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RoleStreams:
    """Rows by what they are for; each call opens a fresh pass."""

    train: Stream
    validation: Stream
    calibration: Stream


def fit_model(
    schema: TableSchema,
    streams: RoleStreams,
    config: TrainConfig,
    *,
    folder: Path,
    sink: MetricSink,
    min_rows: Mapping[str, int] = MIN_ROWS,
) -> tuple[FittedModel, History] | None:
    """Fit transform, network and calibration; None on every rank but the first.

    Args:
        schema: the contract; its features are modelled, given its conditions.
        streams: the rows.
        config: network and optimisation.
        folder: where a resumable state is kept.
        sink: where curves go.
        min_rows: rows that each role needs.
    """
    transform = TableTransform.fit(schema.inputs, frames(streams.train()), max_levels=config.max_levels)
    for name in transform.empty:
        _LOG.warning("column %s has no value in the training rows: it is not learnt", name)
    encode = _encoder(transform)
    layout = make_layout(transform, config.likelihoods)
    train, validation, rows = encode(streams.train), encode(streams.validation), encode(streams.calibration)
    _require_rows(min_rows, train=train, validation=validation, calibration=rows)
    fit = fit_network(train, validation, lambda: make_network(layout, config), config, folder=folder, sink=sink)
    if fit is None:
        return None
    scores_M = negative_elbo_N(fit.network, rows).double().numpy()
    calibration = Calibration.fit(scores_M, np.asarray(column_nll_NX(fit.network, rows).double().numpy()))
    model = FittedModel(
        schema=schema,
        config=config,
        transform=transform,
        network=fit.network,
        calibration=calibration,
        conditions=keep_conditions(train, layout.conditions) if layout.conditions else None,
    )
    return model, fit.history


def _require_rows(min_rows: Mapping[str, int], **batches: TableBatch) -> None:
    for role, batch in batches.items():
        if batch.num_rows < min_rows[role]:
            what = f"too few rows: {batch.num_rows} {role} rows are left"
            raise TrainingError(what, allowed=f"at least {min_rows[role]}", where="more rows, or params.yaml: split")


def _encoder(transform: TableTransform) -> Callable[[Stream], TableBatch]:
    def encode(stream: Stream) -> TableBatch:
        empty = pd.DataFrame(columns=[column.name for column in transform.columns])
        return concatenate([transform.encode(empty), *(transform.encode(frame) for frame in frames(stream()))])

    return encode
