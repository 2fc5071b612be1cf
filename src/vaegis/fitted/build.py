"""From a stream of rows with roles to a fitted model."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import torch

from vaegis.config.model import ModelConfig
from vaegis.config.score import ScoreConfig
from vaegis.contract import TableSchema
from vaegis.data.batches import TableBatch, chunks, concatenate, spaced
from vaegis.data.split import MIN_ROWS
from vaegis.data.stream import Stream, frames
from vaegis.data.transform import TableTransform
from vaegis.errors import TrainingError
from vaegis.fitted.conditions import hide_columns, keep_conditions
from vaegis.fitted.generator import fit_generator
from vaegis.fitted.layout import make_layout
from vaegis.fitted.model import FittedModel
from vaegis.generation.generator import Generator
from vaegis.likelihoods import Layout
from vaegis.model.flow import make_flow
from vaegis.model.priors import PRIORS, Prior
from vaegis.model.vae import VAE, make_network
from vaegis.scoring.calibration import Calibration
from vaegis.scoring.detector import Detector
from vaegis.scoring.scores import CHUNK_ROWS, column_nll_NX, negative_elbo_N
from vaegis.training.fit import fit_network
from vaegis.training.history import History
from vaegis.training.sink import MetricSink, NullSink

_LOG = logging.getLogger(__name__)
PRIOR_ROWS: Final = 20_000
"""Training rows that a prior is fitted to: 400 for each of at most fifty components."""


@dataclass(frozen=True, slots=True)
class RoleStreams:
    """Rows by what they are for; each call opens a fresh pass."""

    train: Stream
    validation: Stream
    calibration: Stream


def fit_model(
    schema: TableSchema,
    streams: RoleStreams,
    config: ModelConfig,
    *,
    folder: Path,
    sink: MetricSink,
    min_rows: Mapping[str, int] = MIN_ROWS,
) -> tuple[FittedModel, History] | None:
    """Fit transform, network, detector, calibration and generator; None on every rank but the first.

    Args:
        schema: the contract; its features are modelled, given its conditions.
        streams: the rows.
        config: network and training, score, generator.
        folder: where a resumable state is kept.
        sink: where curves go.
        min_rows: rows that each role needs.
    """
    training = config.train
    transform = TableTransform.fit(schema.inputs, frames(streams.train()), max_levels=training.max_levels)
    for name in transform.empty:
        _LOG.warning("column %s has no value in the training rows: it is not learnt", name)
    encode = _encoder(transform)
    layout = make_layout(transform, training.likelihoods)
    if training.prior == "flow":
        make_flow(1, seed=0)  # what is not installed is said before training, not after
    train, validation, rows = encode(streams.train), encode(streams.validation), encode(streams.calibration)
    _require_rows(min_rows, train=train, validation=validation, calibration=rows)
    fit = fit_network(train, validation, lambda: make_network(layout, training), training, folder=folder, sink=sink)
    if fit is None:
        return None
    detector = _detector(layout, concatenate([train, validation]), config.score)
    model = FittedModel(
        schema=schema,
        config=training,
        transform=transform,
        network=fit.network,
        calibration=_calibrate(fit.network, detector, rows),
        conditions=keep_conditions(train, layout.conditions) if layout.conditions else None,
        detector=detector,
    )
    if training.prior != "normal":
        model = replace(model, prior=_prior(model, train))
    return replace(model, generator=_generator(model, streams, config, folder)), fit.history


def _detector(layout: Layout, usual: TableBatch, config: ScoreConfig) -> Detector | None:
    """Fit on training and validation rows: what early stopping has seen, neighbours have not."""
    if config.mode == "elbo":
        return None
    return Detector.fit(hide_columns(usual, layout.conditions), layout.num_levels, config)


def _calibrate(network: VAE, detector: Detector | None, rows: TableBatch) -> Calibration:
    if detector is None:
        scores_M = negative_elbo_N(network, rows).double().numpy()
        return Calibration.fit(scores_M, np.asarray(column_nll_NX(network, rows).double().numpy()))
    judged = detector.judge(hide_columns(rows, network.layout.conditions))
    return Calibration.fit(judged.score_N, judged.contribution_NX)


@torch.no_grad()
def _prior(model: FittedModel, train: TableBatch) -> Prior:
    """Fit to one posterior sample of each of at most `PRIOR_ROWS` training rows, evenly spaced."""
    seed = model.config.seed
    random = torch.Generator().manual_seed(seed)
    posteriors = [model.network.encode(part) for part in chunks(spaced(train, PRIOR_ROWS), CHUNK_ROWS)]
    samples = [posterior.sample(torch.randn(posterior.mean_NK.shape, generator=random)) for posterior in posteriors]
    return PRIORS[model.config.prior].fit(torch.cat(samples), seed)


def _generator(model: FittedModel, streams: RoleStreams, config: ModelConfig, folder: Path) -> Generator | None:
    """Fit on one device: the network is small, and the other ranks have left."""
    if config.generator.kind == "none":
        return None
    fitted = fit_generator(
        model.schema.inputs,
        (streams.train, streams.validation),
        config.generator,
        model.posterior,
        devices=replace(config.train, devices="1", strategy="auto"),
        folder=folder / "generator",
        sink=NullSink(),
    )
    return None if fitted is None else fitted[0]


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
