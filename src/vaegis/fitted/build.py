"""From a stream of rows with roles to a fitted model."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from vaegis.config.train import TrainConfig
from vaegis.contract import TableSchema
from vaegis.data.batches import TableBatch, concatenate
from vaegis.data.stream import Stream, frames
from vaegis.data.transform import TableTransform
from vaegis.errors import DataError
from vaegis.fitted.model import FittedModel
from vaegis.likelihoods import FAMILY_OF_KIND, Layout
from vaegis.scoring.calibration import Calibration
from vaegis.scoring.scores import column_nll_NX, negative_elbo_N
from vaegis.training.fit import fit_network
from vaegis.training.history import History
from vaegis.training.sink import MetricSink


@dataclass(frozen=True, slots=True)
class RoleStreams:
    """Rows by what they are for; each call opens a fresh pass."""

    train: Stream
    validation: Stream
    calibration: Stream


def fit_model(
    schema: TableSchema, streams: RoleStreams, config: TrainConfig, *, folder: Path, sink: MetricSink
) -> tuple[FittedModel, History] | None:
    """Fit transform, network and calibration; None on every rank but the first.

    Args:
        schema: the contract; its features are modelled.
        streams: the rows.
        config: network and optimisation.
        folder: where a resumable state is kept.
        sink: where curves go.
    """
    transform = TableTransform.fit(schema.features, frames(streams.train()))
    encode = _encoder(transform)
    layout = make_layout(transform)
    rows = encode(streams.calibration)
    if not rows.num_rows:
        raise DataError("no calibration rows are left", allowed="at least one", where="params.yaml: split, pull")
    fit = fit_network(encode(streams.train), encode(streams.validation), layout, config, folder=folder, sink=sink)
    if fit is None:
        return None
    scores_M = negative_elbo_N(fit.network, rows).double().numpy()
    calibration = Calibration.fit(scores_M, np.asarray(column_nll_NX(fit.network, rows).double().numpy()))
    model = FittedModel(schema=schema, config=config, transform=transform, network=fit.network, calibration=calibration)
    return model, fit.history


def make_layout(transform: TableTransform) -> Layout:
    """Choose each column's family by its kind in the contract."""
    return Layout(
        tuple(FAMILY_OF_KIND[column.kind] for column in transform.numeric),
        tuple(FAMILY_OF_KIND[column.kind] for column in transform.discrete),
        tuple(len(levels) for levels in transform.levels),
    )


def _encoder(transform: TableTransform) -> Callable[[Stream], TableBatch]:
    def encode(stream: Stream) -> TableBatch:
        empty = pd.DataFrame(columns=[column.name for column in transform.columns])
        return concatenate([transform.encode(empty), *(transform.encode(frame) for frame in frames(stream()))])

    return encode
