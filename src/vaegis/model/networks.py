"""Multilayer perceptrons. N rows, H hidden units."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn


def perceptron(widths: Sequence[int]) -> nn.Sequential:
    """Return linear + layer norm + SiLU blocks between consecutive widths.

    Layer norm rather than batch norm: the same under data parallelism, and for a batch of one row.
    """
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.LayerNorm(outputs), nn.SiLU()]
    return nn.Sequential(*layers)


class LevelEmbedding(nn.Module):
    """Sum of one learned vector a discrete column: a one-hot layer without the one-hot. C columns."""

    offset_C: Tensor

    def __init__(self, num_levels: Sequence[int], width: int) -> None:
        super().__init__()
        rows = [count + 1 for count in num_levels]  # code 0, missing or unseen, has a vector too
        self.table = nn.EmbeddingBag(sum(rows), width, mode="sum")
        nn.init.normal_(self.table.weight, std=width**-0.5)
        self.register_buffer("offset_C", torch.tensor([0, *rows[:-1]]).cumsum(0), persistent=False)

    def forward(self, codes_NC: Tensor) -> Tensor:
        """Return the summed vectors, shape NH."""
        summed_NH: Tensor = self.table(codes_NC + self.offset_C)
        return summed_NH
