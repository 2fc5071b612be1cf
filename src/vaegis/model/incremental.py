"""Column by column through an autoregressive network, what earlier columns computed kept. N rows, X columns, V levels.

The masked pass computes every unit of every column at once; here each is computed once, when its column's turn comes,
and the log-probabilities are the same.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from vaegis.model.autoregressive import AutoregressiveNetwork
from vaegis.model.masked import LevelBuckets


class Incremental:
    """An autoregressive network, its masked weights cut by column once."""

    @torch.no_grad()
    def __init__(self, network: AutoregressiveNetwork) -> None:
        self.network = network
        self.cuts = [slice(x * network.width, (x + 1) * network.width) for x in range(network.num_columns)]
        self.layers = [network.enter, *network.blocks]
        strict = [True] + [False] * len(network.blocks)
        self.weights = [
            [layer.masked_HH[cut, : cut.start if before else cut.stop].contiguous() for cut in self.cuts]
            for layer, before in zip(self.layers, strict, strict=True)
        ]
        self.read = _by_column(network.read, network.read.tables())
        self.head = _by_column(network.head.levels, network.head.levels.tables())
        self.bias = _by_column(network.head.levels, network.head.biases())

    def start(self, num_rows: int, z_NK: Tensor | None = None) -> "Walk":
        """Begin rows, with a latent each or none."""
        return Walk(self, num_rows, z_NK)


class Walk:
    """Rows under way: ask for each column's log-probabilities in turn, answer with its codes."""

    @torch.no_grad()
    def __init__(self, model: Incremental, num_rows: int, z_NK: Tensor | None) -> None:
        self._model = model
        latents_NK = model.network.latents(z_NK, 1 if z_NK is None else num_rows)
        self._contexts = model.network.contexts(latents_NK)
        # Inputs of each layer, filled up to the column whose turn it is.
        units = model.network.num_columns * model.network.width
        self._seen = [torch.empty(num_rows, units) for _ in model.layers]

    @torch.no_grad()
    def log_prob_NV(self, x: int) -> Tensor:
        """Return log p(x_j | z, x_<j) of every level of column `x`, nats, after `put` of every column before it."""
        model, cut = self._model, self._model.cuts[x]
        hidden_NG = self._layer(0, x)
        for number in range(1, len(model.layers)):
            self._seen[number][:, cut] = _activate(model.network.norms[number - 1], hidden_NG, cut)
            hidden_NG = hidden_NG + self._layer(number, x)
        last_NG = _activate(model.network.norms[-1], hidden_NG, cut)
        return torch.addmm(model.bias[x], last_NG, model.head[x].T).log_softmax(1)

    @torch.no_grad()
    def put(self, x: int, codes_N: Tensor) -> None:
        """Fix column `x`."""
        self._seen[0][:, self._model.cuts[x]] = functional.embedding(codes_N, self._model.read[x])

    def _layer(self, number: int, x: int) -> Tensor:
        weight, cut = self._model.weights[number][x], self._model.cuts[x]
        seen_NH = self._seen[number][:, : weight.shape[1]]
        out_NG = functional.linear(seen_NH, weight, self._model.layers[number].bias[cut])
        context_NH = self._contexts[number]
        return out_NG if context_NH is None else out_NG + context_NH[:, cut]


def _activate(norm: nn.Module, hidden_NG: Tensor, cut: slice) -> Tensor:
    normal_NG = functional.layer_norm(
        hidden_NG, hidden_NG.shape[1:], norm.get_parameter("gain")[cut], norm.get_parameter("bias")[cut]
    )
    return functional.silu(normal_NG)


def _by_column(levels: LevelBuckets, buckets: list[Tensor]) -> list[Tensor]:
    """Return each column's own levels, without the padding of its bucket."""
    found = {
        x: bucket[place, : levels.num_levels[x]]
        for xs, bucket in zip(levels.columns, buckets, strict=True)
        for place, x in enumerate(xs)
    }
    return [found[x] for x in sorted(found)]
