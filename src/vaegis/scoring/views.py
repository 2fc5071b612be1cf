"""Rows as distances and small networks read them. N rows, D numeric columns, C discrete columns, W = D + all levels.

Three scales of the same numbers: z, standard deviations from the mean; tailed, z with logarithmic tails; robust, the
same tails of quartile spreads from the median. Levels become indicators minus their share, so that 0 is the mean of
every column and stands where a cell is missing; two different levels are as far apart as two random numbers are on
average, a squared distance of 2.
"""

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import torch
from torch import Tensor

from vaegis.data.batches import TableBatch
from vaegis.data.transform import compress, expand

IQR_OF_NORMAL: Final = 1.349
"""Distance between the quartiles of a standard normal."""
LARGEST: Final = 1e6
"""Standard deviations that a cell counts at most: squares of it still add up in float32."""


@dataclass(frozen=True, slots=True)
class Views:
    """What the scales need to know of the training rows."""

    num_levels: tuple[int, ...]
    center_D: np.ndarray
    """Medians of z."""
    scale_D: np.ndarray
    """Quartile spreads of z over that of a normal; 1 where more than half of a column is one value."""
    share_L: np.ndarray
    """float32; how often each level is observed, all columns side by side."""

    @classmethod
    def fit(cls, batch: TableBatch, num_levels: tuple[int, ...]) -> Self:
        """Measure medians, quartile spreads and shares over observed cells."""
        num_columns = batch.values_ND.shape[1]
        z_ND = _standard(batch)
        seen_ND = batch.observed_NX[:, :num_columns].numpy() > 0
        cells = [z_ND[seen_ND[:, d], d] for d in range(num_columns)]
        quartiles_D3 = np.array([np.quantile(cell, [0.25, 0.5, 0.75]) if len(cell) else [0.0] * 3 for cell in cells])
        quartiles_D3 = quartiles_D3.reshape(num_columns, 3)
        spread_D = (quartiles_D3[:, 2] - quartiles_D3[:, 0]) / IQR_OF_NORMAL
        hits_NL = _indicators(batch.codes_NC, num_levels)
        seen_C = batch.observed_NX[:, num_columns:].sum(0).clamp_min(1.0)
        share_L = hits_NL.sum(0) / seen_C.repeat_interleave(_lengths(num_levels))
        return cls(num_levels, quartiles_D3[:, 1], np.where(spread_D > 1e-6, spread_D, 1.0), share_L.numpy())

    @property
    def width(self) -> int:
        """W."""
        return len(self.center_D) + len(self.share_L)

    def standard_NW(self, batch: TableBatch) -> Tensor:
        """Return z beside the levels."""
        return self._beside(torch.from_numpy(_standard(batch).astype(np.float32)), batch)

    def tailed_NW(self, batch: TableBatch) -> Tensor:
        """Return the batch's own scale beside the levels."""
        return self._beside(batch.values_ND, batch)

    def robust_NW(self, batch: TableBatch) -> Tensor:
        """Return distances from the median in quartile spreads, tails logarithmic, beside the levels."""
        robust_ND = compress((_standard(batch) - self.center_D) / self.scale_D)
        return self._beside(torch.from_numpy(robust_ND.astype(np.float32)), batch)

    def observed_NW(self, batch: TableBatch) -> Tensor:
        """Return 1 where the cell behind a value was observed."""
        num_columns = batch.values_ND.shape[1]
        levels_NL = batch.observed_NX[:, num_columns:].repeat_interleave(_lengths(self.num_levels), dim=1)
        return torch.cat([batch.observed_NX[:, :num_columns], levels_NL], dim=1)

    def columns_W(self) -> Tensor:
        """Return the column each of the W values belongs to, numeric first."""
        num_columns = len(self.center_D)
        discrete_L = torch.arange(len(self.num_levels)).repeat_interleave(_lengths(self.num_levels))
        return torch.cat([torch.arange(num_columns), num_columns + discrete_L])

    def _beside(self, values_ND: Tensor, batch: TableBatch) -> Tensor:
        levels_NL = _indicators(batch.codes_NC, self.num_levels) - torch.from_numpy(self.share_L)
        return torch.cat([values_ND, levels_NL], dim=1) * self.observed_NW(batch)

    def pack(self) -> dict[str, np.ndarray]:
        """Return what was measured."""
        return {"center": self.center_D, "scale": self.scale_D, "share": self.share_L}

    @classmethod
    def unpack(cls, arrays: dict[str, np.ndarray], num_levels: Any) -> Self:
        """Rebuild from `pack`."""
        return cls(tuple(num_levels), arrays["center"], arrays["scale"], arrays["share"])


def _lengths(num_levels: tuple[int, ...]) -> Tensor:
    return torch.tensor(num_levels, dtype=torch.long)


def _standard(batch: TableBatch) -> np.ndarray:
    edge = compress(np.asarray(LARGEST))
    return np.asarray(expand(np.clip(batch.values_ND.numpy().astype(np.float64), -edge, edge)))


def _indicators(codes_NC: Tensor, num_levels: tuple[int, ...]) -> Tensor:
    """Return float32 (N, L): 1 at the level of each code; code 0 has none."""
    lengths_C = _lengths(num_levels)
    first_C = torch.cat([lengths_C.new_zeros(1), lengths_C.cumsum(0)])[: len(num_levels)]
    hits_NL = torch.zeros(codes_NC.shape[0], int(lengths_C.sum()) + 1)
    slot_NC = torch.where(codes_NC > 0, codes_NC - 1 + first_C, hits_NL.shape[1] - 1)
    return hits_NL.scatter_(1, slot_NC, 1.0)[:, :-1]
