"""From a stream of rows to a fitted generator. N rows, K latents."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from vaegis.config.generator import GeneratorConfig
from vaegis.config.train import TrainConfig
from vaegis.contract import ColumnSpec
from vaegis.data.codec import TableCodec
from vaegis.data.coded import CodedBatch
from vaegis.data.stream import Stream, frames
from vaegis.errors import TrainingError
from vaegis.generation.generator import Generator
from vaegis.model.autoregressive import AutoregressiveNetwork
from vaegis.training.fit import fit_network
from vaegis.training.history import History
from vaegis.training.sink import MetricSink

Encoder = Callable[[pd.DataFrame], tuple[np.ndarray, np.ndarray]]
"""Rows to means and standard deviations of their latents, both NK, such as `FittedModel.posterior`."""


def fit_generator(
    columns: Sequence[ColumnSpec],
    streams: tuple[Stream, Stream],
    config: GeneratorConfig,
    encode: Encoder | None = None,
    *,
    devices: TrainConfig,
    folder: Path,
    sink: MetricSink,
) -> tuple[Generator, History] | None:
    """Fit codec and network; None on every rank but the first.

    Args:
        columns: what is generated. Those of role `condition` come first, so that they can be given exactly.
        streams: training and validation rows; of the former at most `config.max_rows` are read.
        config: network and optimisation.
        encode: where latents come from; without it the generator has none.
        devices: a configuration whose accelerator, devices and strategy are used.
        folder: where a resumable state is kept.
        sink: where curves go.
    """
    train, validation = streams
    ordered = sorted(columns, key=lambda column: column.role != "condition")
    codec = TableCodec.fit(ordered, _thinned(train, config.max_rows))
    coded = [_coded(codec, encode, stream, config.max_rows) for stream in (train, validation)]
    if not coded[1].num_rows:
        raise TrainingError("the generator has no validation rows", allowed="at least 1", where="params.yaml: split")
    num_latents = coded[0].mean_NK.shape[1]
    training = config.training(coded[0].num_rows, devices)

    def make() -> AutoregressiveNetwork:
        return AutoregressiveNetwork(codec, config, num_latents)

    fit = fit_network(coded[0], coded[1], make, training, folder=folder, sink=sink)
    return None if fit is None else (Generator(codec, fit.network, config), fit.history)


def _thinned(stream: Stream, max_rows: int) -> Iterator[pd.DataFrame]:
    """Yield frames of at most `max_rows` in all, taken evenly: rows may stand in the order of time."""
    total = sum(len(batch) for batch in stream())
    seen = 0
    for frame in frames(stream()):
        place_N = np.arange(seen, seen + len(frame), dtype=np.int64)
        seen += len(frame)
        yield frame if total <= max_rows else frame[(place_N + 1) * max_rows // total > place_N * max_rows // total]


def _coded(codec: TableCodec, encode: Encoder | None, stream: Stream, max_rows: int) -> CodedBatch:
    parts = [_part(codec, encode, frame) for frame in _thinned(stream, max_rows)]
    if not parts:
        return CodedBatch(torch.zeros(0, len(codec.columns), dtype=torch.int16), torch.zeros(0, 0), torch.zeros(0, 0))
    return CodedBatch(*(torch.cat(tensors) for tensors in zip(*parts, strict=True)))


def _part(codec: TableCodec, encode: Encoder | None, frame: pd.DataFrame) -> tuple[torch.Tensor, ...]:
    codes_NX = torch.from_numpy(codec.encode(frame))
    if encode is None:
        return codes_NX, torch.zeros(len(frame), 0), torch.zeros(len(frame), 0)
    return codes_NX, *(torch.from_numpy(np.asarray(item, dtype=np.float32)) for item in encode(frame))
