"""What new rows are compared with: scales, members, stored rows.

R stored rows, N rows, E members, W values, K latents, U = W + K, V = 2 W + K.

A member's joint space holds values, its residuals and its latents, these two in units of their spread over rows that it
was not trained on.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import torch
from torch import Tensor

from vaegis.data.batches import TableBatch
from vaegis.scoring.members import MIN_SIGMA, Members, Reading
from vaegis.scoring.neighbours import Space
from vaegis.scoring.views import Views

RIDGE: Final = 1e-2
"""Share of the mean variance added to a covariance: few rows do not span all values."""
BLOCK_ROWS: Final = 256
"""Rows read at once, filled up to this: a row's score must not depend on what it is asked with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A block of rows in all scales."""

    standard_NW: Tensor
    tailed_NW: Tensor
    robust_NW: Tensor
    observed_NW: Tensor
    reading: Reading
    own_N: Tensor
    """Position among the stored rows, -1 for any other row: nobody is a neighbour of their own."""

    @classmethod
    def of(cls, batch: TableBatch, views: Views, members: Members, own_N: Tensor) -> "Asked":
        """Scale rows and let every member read them."""
        tailed_NW, observed_NW = views.tailed_NW(batch), views.observed_NW(batch)
        shape = (members.count, *tailed_NW.shape)
        reading = members(tailed_NW.expand(shape), observed_NW.expand(shape))
        return cls(views.standard_NW(batch), tailed_NW, views.robust_NW(batch), observed_NW, reading, own_N)


@dataclass(frozen=True, slots=True)
class Spreads:
    """How residuals and latents of each member lie over the rows it was not trained on."""

    residual_EW: Tensor
    latent_EK: Tensor
    mean_EU: Tensor
    precision_EUU: Tensor

    @classmethod
    def fit(cls, reading: Reading, fold_R: Tensor) -> "Spreads":
        """Measure root mean squares, means and inverse covariances."""
        measured = []
        for e in range(reading.latent_ENK.shape[0]):
            unseen = fold_R == e
            residual, latent = reading.residual_ENW[e, unseen], reading.latent_ENK[e, unseen]
            residual_W, latent_K = (part.square().mean(0).sqrt() + MIN_SIGMA for part in (residual, latent))
            surprise_RU = torch.cat([residual / residual_W, latent / latent_K], dim=1).double()
            mean_U = surprise_RU.mean(0)
            apart_RU = surprise_RU - mean_U
            covariance_UU = apart_RU.T @ apart_RU / max(len(apart_RU) - 1, 1)
            ridge = RIDGE * covariance_UU.diagonal().mean().clamp_min(RIDGE)
            precision_UU = torch.linalg.inv(covariance_UU + ridge * torch.eye(len(mean_U), dtype=torch.float64))
            measured.append((residual_W, latent_K, mean_U.float(), precision_UU.float()))
        return cls(*(torch.stack(parts) for parts in zip(*measured, strict=True)))

    def surprise_ENU(self, reading: Reading) -> Tensor:
        """Return residuals and latents in units of their spread."""
        residual_ENW = reading.residual_ENW / self.residual_EW.unsqueeze(1)
        return torch.cat([residual_ENW, reading.latent_ENK / self.latent_EK.unsqueeze(1)], dim=-1)


@dataclass(frozen=True)
class Reference:
    """Everything that terms read besides the rows they judge."""

    views: Views
    members: Members
    spreads: Spreads
    rows: TableBatch
    """Stored rows; none where nothing is stored."""

    @cached_property
    def observed_RW(self) -> Tensor:
        """Which values of the stored rows were observed."""
        return self.views.observed_NW(self.rows)

    @cached_property
    def standard(self) -> Space:
        """Stored rows in standard deviations."""
        return Space.of(self.views.standard_NW(self.rows), self.observed_RW)

    @cached_property
    def tailed(self) -> Space:
        """Stored rows in standard deviations with logarithmic tails."""
        return Space.of(self.views.tailed_NW(self.rows), self.observed_RW)

    @cached_property
    def robust(self) -> Space:
        """Stored rows in quartile spreads with logarithmic tails."""
        return Space.of(self.views.robust_NW(self.rows), self.observed_RW)

    @cached_property
    def joint(self) -> list[Space]:
        """Stored rows in each member's joint space."""
        reading = read_in_blocks(self.views, self.members, self.rows)
        joint_ERV, known_RV = self.joint_ENV(self.tailed.rows_RW, reading), self.known_NV(self.observed_RW)
        return [Space.of(joint_RV, known_RV) for joint_RV in joint_ERV]

    def joint_ENV(self, tailed_NW: Tensor, reading: Reading) -> Tensor:
        """Return values, residuals and latents side by side."""
        tailed_ENW = tailed_NW.expand(self.members.count, *tailed_NW.shape)
        return torch.cat([tailed_ENW, self.spreads.surprise_ENU(reading)], dim=-1)

    def known_NV(self, observed_NW: Tensor) -> Tensor:
        """Return which of them were observed: latents always are."""
        known_NK = observed_NW.new_ones(len(observed_NW), self.members.latent_dim)
        return torch.cat([observed_NW, observed_NW, known_NK], dim=1)

    @cached_property
    def marginal(self) -> tuple[Tensor, Tensor]:
        """Return mean and standard deviation of each tailed value over observed cells."""
        count_W = self.observed_RW.sum(0).clamp_min(1.0)
        mean_W = self.tailed.rows_RW.sum(0) / count_W
        apart_RW = (self.tailed.rows_RW - mean_W) * self.observed_RW
        return mean_W, (apart_RW.square().sum(0) / count_W).sqrt().clamp_min(MIN_SIGMA)


def read_in_blocks(views: Views, members: Members, rows: TableBatch) -> Reading:
    """Let every member read rows, a block at a time."""
    x_NW, observed_NW = views.tailed_NW(rows), views.observed_NW(rows)
    readings = []
    for start in range(0, max(len(x_NW), 1), BLOCK_ROWS):
        block = filled(torch.arange(start, min(start + BLOCK_ROWS, len(x_NW))), BLOCK_ROWS)
        shape = (members.count, len(block), views.width)
        readings.append(members(x_NW[block].expand(shape), observed_NW[block].expand(shape)))
    kept = [torch.cat(parts, dim=1)[:, : len(x_NW)] for parts in zip(*map(_fields, readings), strict=True)]
    return Reading(*kept)


def filled(index_N: Tensor, num_rows: int) -> Tensor:
    """Return positions, the last one repeated up to `num_rows`."""
    return torch.cat([index_N, index_N[-1:].expand(num_rows - len(index_N))])


def _fields(reading: Reading) -> tuple[Tensor, ...]:
    return reading.latent_ENK, reading.kl_EN, reading.residual_ENW, reading.nll_ENW
