"""All columns of a table in one likelihood. N rows, D numeric and C discrete columns, X = D + C, P parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vaegis.data.batches import TableBatch
from vaegis.likelihoods.base import Family, Likelihood
from vaegis.likelihoods.layout import Layout


@dataclass(frozen=True, slots=True)
class JointLikelihood:
    """Columns independent given the latent; a missing cell adds nothing."""

    parts: tuple[tuple[Tensor, Likelihood, str], ...]
    """(positions in X, distributions, what they read) for each family in use."""
    num_columns: tuple[int, int]
    """(D, C)."""
    order_X: Tensor | None
    """Positions that bring the families' columns, side by side, into the batch's order; None if they are."""

    def log_prob_NX(self, batch: TableBatch) -> Tensor:
        """Return log-probabilities by column in nats of the standardised row, 0 where not observed."""
        columns = [likelihood.log_prob_NG(self._cells(batch, index, reads)) for index, likelihood, reads in self.parts]
        return self._in_order(columns) * batch.observed_NX

    def expected(self) -> TableBatch:
        """Return expected values and most probable codes, every cell observed."""
        return self._as_batch([likelihood.expected_NG() for _, likelihood, _ in self.parts])

    def sample(self, generator: torch.Generator) -> TableBatch:
        """Draw one row per latent."""
        return self._as_batch([likelihood.sample_NG(generator) for _, likelihood, _ in self.parts])

    def moments(self) -> tuple[Tensor, Tensor]:
        """Return mean and standard deviation of the numeric columns, both ND, on the standardised scale."""
        like = self.parts[0][1].expected_NG()
        mean_ND = torch.zeros(like.shape[0], self.num_columns[0], device=like.device)
        std_ND = torch.zeros_like(mean_ND)
        for index_G, likelihood, reads in self.parts:
            if reads == "values":
                mean_ND[:, index_G], std_ND[:, index_G] = likelihood.moments_NG()
        return mean_ND, std_ND

    def _cells(self, batch: TableBatch, index_G: Tensor, reads: str) -> Tensor:
        if reads == "values":
            return batch.values_ND if len(index_G) == self.num_columns[0] else batch.values_ND[:, index_G]
        num_numeric, num_discrete = self.num_columns
        return batch.codes_NC if len(index_G) == num_discrete else batch.codes_NC[:, index_G - num_numeric]

    def _in_order(self, columns: list[Tensor]) -> Tensor:
        joined_NX = torch.cat(columns, dim=1)
        return joined_NX if self.order_X is None else joined_NX[:, self.order_X]

    def _as_batch(self, columns: list[Tensor]) -> TableBatch:
        num_rows = columns[0].shape[0]
        num_numeric, num_discrete = self.num_columns
        values_ND = torch.zeros(num_rows, num_numeric, device=columns[0].device)
        codes_NC = torch.zeros(num_rows, num_discrete, dtype=torch.long, device=columns[0].device)
        for (index_G, _, reads), cells_NG in zip(self.parts, columns, strict=True):
            if reads == "values":
                values_ND[:, index_G] = cells_NG
            else:
                codes_NC[:, index_G - num_numeric] = cells_NG
        return TableBatch(values_ND, codes_NC, torch.ones(num_rows, sum(self.num_columns), device=columns[0].device))


class JointHead:
    """Splits a decoder's output among the families of a layout."""

    def __init__(self, layout: Layout, families: Mapping[str, type[Family]], min_sigma: float) -> None:
        self._num_columns = (len(layout.numeric), len(layout.discrete))
        levels = (*(0 for _ in layout.numeric), *layout.num_levels)
        used = [name for name in families if layout.group(name)]
        groups = [layout.group(name) for name in used]
        self._index = [torch.tensor(group) for group in groups]
        self._families: list[Any] = [
            families[name](tuple(levels[position] for position in group), min_sigma)
            for name, group in zip(used, groups, strict=True)
        ]
        position_X = torch.cat(self._index)
        self._order_X = None if position_X.equal(torch.arange(len(levels))) else position_X.argsort()
        self._sizes = [int(family.num_params) for family in self._families]

    @property
    def num_params(self) -> int:
        """Width of the decoder's output."""
        return sum(self._sizes)

    def likelihood(self, params_NP: Tensor) -> JointLikelihood:
        """Return the distribution of N rows."""
        pieces = torch.split(params_NP, self._sizes, dim=-1)
        parts = tuple(
            (index, family.likelihood(piece), family.reads)
            for index, family, piece in zip(self._index, self._families, pieces, strict=True)
        )
        return JointLikelihood(parts, self._num_columns, self._order_X)
