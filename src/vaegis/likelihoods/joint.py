"""All columns of a table in one likelihood. N rows, D numeric and C discrete columns, X = D + C, P parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

import torch
from torch import Tensor, nn

from vaegis.data.batches import TableBatch
from vaegis.likelihoods.base import Family, Likelihood
from vaegis.likelihoods.given import Given
from vaegis.likelihoods.layout import Layout


@dataclass(frozen=True, slots=True)
class JointLikelihood:
    """Columns independent given the latent; a missing cell adds nothing, nor does a given one."""

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
        told = [(index_G, *likelihood.moments_NG()) for index_G, likelihood, reads in self.parts if reads == "values"]
        like = told[0][1] if told else self.parts[0][1].expected_NG().float()
        mean_ND = like.new_zeros(like.shape[0], self.num_columns[0])
        std_ND = torch.zeros_like(mean_ND)
        for index_G, mean_NG, std_NG in told:
            mean_ND[:, index_G], std_ND[:, index_G] = mean_NG.to(like.dtype), std_NG.to(like.dtype)
        return mean_ND, std_ND

    def residual_ND(self, batch: TableBatch) -> Tensor:
        """Return each number's distance from its mean in standard deviations, 0 where not observed."""
        residual_ND = torch.zeros_like(batch.values_ND)
        for index_G, likelihood, reads in self.parts:
            if reads == "values":
                residual_ND[:, index_G] = likelihood.residual_NG(self._cells(batch, index_G, reads))
        return residual_ND * batch.observed_NX[:, : self.num_columns[0]]

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


class JointHead(nn.Module):
    """Splits a decoder's output among the families of a layout."""

    _order_X: Tensor | None

    def __init__(self, layout: Layout, families: Mapping[str, type[Family]], min_sigma: float) -> None:
        super().__init__()
        self._num_columns = (len(layout.numeric), len(layout.discrete))
        used = [name for name in families if layout.group(name)]
        self.families = nn.ModuleDict(
            {name: families[name]([layout.facts(x) for x in layout.group(name)], min_sigma) for name in used}
        )
        self._sizes = [family.num_params for family in self._in_use()]
        groups = [(layout.group(name), families[name].reads) for name in used] + _given_groups(layout)
        self._reads = [reads for _, reads in groups]
        for position, (group, _) in enumerate(groups):
            self.register_buffer(f"_index_{position}", torch.tensor(group), persistent=False)
        position_X = torch.tensor([x for group, _ in groups for x in group])
        in_order = position_X.equal(torch.arange(sum(self._num_columns)))
        self.register_buffer("_order_X", None if in_order else position_X.argsort(), persistent=False)

    @property
    def num_params(self) -> int:
        """Width of the decoder's output."""
        return sum(self._sizes)

    def likelihood(self, params_NP: Tensor, given: TableBatch | None = None) -> JointLikelihood:
        """Return the distribution of N rows whose condition columns, if the layout has any, are those of `given`."""
        pieces = torch.split(params_NP, self._sizes, dim=-1)
        laws: list[Likelihood] = [
            family.likelihood(piece) for family, piece in zip(self._in_use(), pieces, strict=True)
        ]
        index = [self.get_buffer(f"_index_{position}") for position in range(len(self._reads))]
        passed = range(len(laws), len(index))
        laws += [Given(self._given_cells(given, index[position], self._reads[position])) for position in passed]
        return JointLikelihood(tuple(zip(index, laws, self._reads, strict=True)), self._num_columns, self._order_X)

    def _given_cells(self, given: TableBatch | None, index_G: Tensor, reads: str) -> Tensor:
        if given is None:
            raise TypeError("columns are conditions, and no rows of them are given")
        if reads == "codes":
            return given.codes_NC[:, index_G - self._num_columns[0]]
        return given.values_ND[:, index_G].masked_fill(given.observed_NX[:, index_G] == 0, torch.nan)

    def _in_use(self) -> list[Family]:
        return [cast(Family, family) for family in self.families.values()]


def _given_groups(layout: Layout) -> list[tuple[tuple[int, ...], Literal["values", "codes"]]]:
    numbers = tuple(x for x in layout.conditions if x < len(layout.numeric))
    levels = tuple(x for x in layout.conditions if x >= len(layout.numeric))
    groups: list[tuple[tuple[int, ...], Literal["values", "codes"]]] = [(numbers, "values"), (levels, "codes")]
    return [(group, reads) for group, reads in groups if group]
