"""A fitted network as ONNX: scored where no torch is installed. N rows, D and C columns, X = D + C, K latents."""

import copy
import importlib.util
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from vaegis.bundle import attach
from vaegis.data.batches import TableBatch
from vaegis.errors import ConfigError
from vaegis.fitted.graph import FILE, INPUTS, OUTPUTS
from vaegis.fitted.parts import Parts
from vaegis.fitted.special import DECOMPOSITIONS
from vaegis.likelihoods import Layout
from vaegis.model.networks import LevelEmbedding
from vaegis.model.vae import VAE
from vaegis.scoring.scores import score_N

_LOG = logging.getLogger(__name__)
OPSET: Final = 20
_ROWS: Final = 7
"""Rows of the example that is traced: not 1, which would be taken for a constant."""


def can_export() -> bool:
    """Whether what writes ONNX is installed; it comes with the extra `pipeline`."""
    return all(importlib.util.find_spec(name) for name in ("onnx", "onnxscript"))


def export_onnx(network: VAE) -> bytes:
    """Return the network as ONNX: the same bytes for the same weights.

    The graph holds encoder, decoder and the negative ELBO at the posterior mean, which is the score of mode `elbo`.
    The neighbours and networks of a detector (`hybrid`, `parametric`) stay torch.

    Raises:
        ConfigError: onnx or onnxscript is not installed.
    """
    if not can_export():
        raise ConfigError("onnx and onnxscript are not installed", where="pip install 'vaegis[pipeline]'")
    answers = _Answers(network).eval()
    rows = torch.export.Dim("rows")
    shapes = {name: {0: rows} for name in INPUTS}
    with _quiet(), torch.no_grad():
        program = torch.export.export(answers, _example(network.layout), dynamic_shapes=shapes, strict=False)
        if any(node.target in DECOMPOSITIONS for node in program.graph.nodes):
            program = program.run_decompositions(dict(DECOMPOSITIONS))
        written = torch.onnx.export(
            program,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    if written is None:
        raise TypeError("torch.onnx.export returned nothing")
    return _plain(written.model_proto)


def attach_onnx(model: Parts, bundle: Path) -> None:
    """Put a model's ONNX form beside the parts of its bundle, where onnx is installed.

    What a detector scores by (`hybrid`, `parametric`) is not in it: encoding and reconstruction are.
    """
    if not can_export():
        _LOG.warning("onnx and onnxscript are not installed: %s can only be scored with torch", bundle)
        return
    attach(bundle, FILE, export_onnx(model.network))


class _Answers(nn.Module):
    """All that is said of rows, in the order of `OUTPUTS`."""

    def __init__(self, network: VAE) -> None:
        super().__init__()
        self.network = copy.deepcopy(network)
        for module in list(self.network.modules()):
            for name, child in list(module.named_children()):
                if isinstance(child, LevelEmbedding):
                    setattr(module, name, _SummedVectors(child))

    def forward(self, values_ND: Tensor, codes_NC: Tensor, observed_NX: Tensor) -> tuple[Tensor, ...]:
        """Return the outputs."""
        batch = TableBatch(values_ND, codes_NC, observed_NX)
        posterior = self.network.encode(batch)
        likelihood = self.network.decode(posterior.mean_NK, batch)
        mean_ND, std_ND = likelihood.moments()
        return (
            score_N(batch, posterior, likelihood),
            posterior.mean_NK,
            -likelihood.log_prob_NX(batch),
            mean_ND,
            std_ND,
            likelihood.expected().codes_NC,
        )


class _SummedVectors(nn.Module):
    """What `LevelEmbedding` does, one lookup for all rows: ONNX has no embedding bag but a loop over rows."""

    def __init__(self, bag: LevelEmbedding) -> None:
        super().__init__()
        self.weight = bag.table.weight
        self.register_buffer("offset_C", bag.offset_C, persistent=False)

    def forward(self, codes_NC: Tensor) -> Tensor:
        """Return the summed vectors, shape NH."""
        return nn.functional.embedding(codes_NC + self.get_buffer("offset_C"), self.weight).sum(1)


def _example(layout: Layout) -> tuple[Tensor, Tensor, Tensor]:
    num_numeric, num_discrete = len(layout.numeric), len(layout.discrete)
    codes_NC = torch.ones(_ROWS, num_discrete, dtype=torch.long)
    return torch.zeros(_ROWS, num_numeric), codes_NC, torch.ones(_ROWS, num_numeric + num_discrete)


def _plain(proto: Any) -> bytes:
    """Return the model without what says where and by which lines of code it was made."""
    proto.producer_name, proto.producer_version, proto.doc_string = "vaegis", "", ""
    del proto.metadata_props[:]
    for graph in (proto.graph, *proto.functions):
        del graph.metadata_props[:]
        for item in (*graph.node, *getattr(graph, "value_info", ()), *getattr(graph, "initializer", ())):
            del item.metadata_props[:]
            item.doc_string = ""
    for item in (*proto.graph.input, *proto.graph.output):
        del item.metadata_props[:]
    return bytes(proto.SerializeToString(deterministic=True))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's remarks on torchvision and deprecated calls of its own to itself."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
