"""Layers in which a column sees only columns before it. N rows, X columns, G units a column, H = X * G, V levels.

Columns with about as many levels share a bucket: C columns padded to V levels, so that no layer loops over columns.
"""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from vaegis.data.codec import TableCodec
from vaegis.data.number_code import NumberCode

BUCKETS: Final = (4, 16, 64, 192, 1 << 15)
"""Most levels of a bucket's columns: padding then costs at most a factor of about four."""
BUMPS: Final = 12
"""Bumps along the ranks of an ordered column: neighbours share what is learnt of them."""
NEVER: Final = -1e9
"""Logit of a padded level."""


class MaskedLinear(nn.Module):
    """A linear layer whose unit of column j reads the units of columns up to j, or before j if `strict`."""

    mask_HH: Tensor

    def __init__(self, num_columns: int, width: int, *, strict: bool) -> None:
        super().__init__()
        blocks_XX = torch.ones(num_columns, num_columns).tril(-1 if strict else 0)
        mask_HH = blocks_XX.repeat_interleave(width, 0).repeat_interleave(width, 1)
        self.register_buffer("mask_HH", mask_HH, persistent=False)
        fan_H = mask_HH.sum(1, keepdim=True).clamp(min=1.0)  # inputs that are seen, not all there are
        self.weight = nn.Parameter(torch.randn_like(mask_HH) * mask_HH * fan_H.rsqrt())
        self.bias = nn.Parameter(torch.zeros(num_columns * width))

    @property
    def masked_HH(self) -> Tensor:
        """The weights that count."""
        return self.weight * self.mask_HH

    def forward(self, hidden_NH: Tensor) -> Tensor:
        """Return the units of all columns."""
        return functional.linear(hidden_NH, self.masked_HH, self.bias)


class LevelBuckets(nn.Module):
    """One vector of G units a level, for all columns: a part of its own and, where levels are ordered, a smooth one."""

    offset_X: Tensor

    def __init__(self, codec: TableCodec, width: int, *, std: float) -> None:
        super().__init__()
        self.num_levels = codec.num_levels
        self.columns = bucket_columns(codec.num_levels)
        self.own = nn.ParameterList()
        self.smooth = nn.ParameterList()
        offset_X, start = [0] * len(codec.codes), 0
        for number, columns in enumerate(self.columns):
            most = max(codec.num_levels[x] for x in columns)
            self.own.append(torch.randn(len(columns), most, width) * std)
            self.smooth.append(torch.randn(len(columns), BUMPS, width) * std)
            self.register_buffer(f"bumps_{number}", _bumps(codec, columns, most), persistent=False)
            for position, x in enumerate(columns):
                offset_X[x] = start + position * most
            start += len(columns) * most
        self.register_buffer("offset_X", torch.tensor(offset_X), persistent=False)

    def tables(self) -> list[Tensor]:
        """Return the vectors of each bucket, CVG."""
        return [
            torch.baddbmm(own, self.get_buffer(f"bumps_{number}"), smooth)
            for number, (own, smooth) in enumerate(zip(self.own, self.smooth, strict=True))
        ]

    def forward(self, codes_NX: Tensor) -> Tensor:
        """Look up the vectors of codes, NXG."""
        flat = torch.cat([table.flatten(0, 1) for table in self.tables()])
        return functional.embedding(codes_NX + self.offset_X, flat)


class LevelHead(nn.Module):
    """Logits of every column's levels from its own units."""

    def __init__(self, codec: TableCodec, width: int) -> None:
        super().__init__()
        self.levels = LevelBuckets(codec, width, std=0.05)
        self.bias = nn.ParameterList([_log_mass(codec, columns).flatten() for columns in self.levels.columns])
        for number, columns in enumerate(self.levels.columns):
            counts_C = torch.tensor([codec.num_levels[x] for x in columns])
            padded_CV = torch.arange(int(counts_C.max())) >= counts_C[:, None]
            self.register_buffer(f"padding_{number}", padded_CV * NEVER, persistent=False)

    def biases(self) -> list[Tensor]:
        """Return the biases of each bucket, CV, with padded levels out of reach."""
        paddings = [self.get_buffer(f"padding_{number}") for number in range(len(self.bias))]
        return [bias.view_as(padding) + padding for bias, padding in zip(self.bias, paddings, strict=True)]

    def log_prob_NX(self, hidden_NXG: Tensor, codes_NX: Tensor) -> Tensor:
        """Return the log-probability of each cell's code, nats."""
        parts = []
        for columns, table, bias in zip(self.levels.columns, self.levels.tables(), self.biases(), strict=True):
            logits_CNV = torch.baddbmm(bias[:, None], hidden_NXG[:, columns].transpose(0, 1), table.transpose(1, 2))
            codes_CN = codes_NX[:, columns].T
            nll = functional.cross_entropy(logits_CNV.flatten(0, 1), codes_CN.flatten(), reduction="none")
            parts.append(-nll.view_as(codes_CN))
        order = [x for columns in self.levels.columns for x in columns]
        return torch.cat(parts)[torch.tensor(order, device=codes_NX.device).argsort()].T


def bucket_columns(num_levels: Sequence[int]) -> list[list[int]]:
    """Return the columns of each bucket, buckets without columns left out."""
    sizes = [next(number for number, most in enumerate(BUCKETS) if count <= most) for count in num_levels]
    columns = [[x for x, size in enumerate(sizes) if size == number] for number in range(len(BUCKETS))]
    return [bucket for bucket in columns if bucket]


def _bumps(codec: TableCodec, columns: Sequence[int], most: int) -> Tensor:
    """Return Gaussian bumps at each level's rank, C x V x BUMPS; zeros for names, missing and short columns."""
    bumps = torch.zeros(len(columns), most, BUMPS)
    centres = torch.linspace(0.0, 1.0, BUMPS)
    for position, x in enumerate(columns):
        code = codec.codes[x]
        if isinstance(code, NumberCode) and code.num_levels > BUMPS:
            rank_L = torch.as_tensor(code.position_L[1:], dtype=torch.float32)
            distance = (rank_L[:, None] - centres) * (BUMPS - 1)
            bumps[position, 1 : code.num_levels] = torch.exp(-0.5 * distance.square())
    return bumps


def _log_mass(codec: TableCodec, columns: Sequence[int]) -> Tensor:
    """Return log frequencies, CV: where training starts from; a level never seen counts as a small part of a row."""
    most = max(codec.num_levels[x] for x in columns)
    masses = torch.full((len(columns), most), 1e-6)
    for position, x in enumerate(columns):
        masses[position, : codec.num_levels[x]] = torch.as_tensor(codec.codes[x].mass_L, dtype=torch.float32)
    return masses.clamp(min=1e-6).log()
