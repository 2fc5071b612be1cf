"""Columns of unordered levels. N rows, G columns, L levels of all columns side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import torch
from torch import Tensor
from torch.nn import functional

from vaegis.likelihoods.base import Family
from vaegis.likelihoods.facts import ColumnFacts

_WIDTH: Final = 16
"""Levels a row is padded to at least: torch normalises rows shorter than a vector register one number at a time."""

_LEAST: Final = -80.0
"""Log-probability below which levels are drawn alike: once in 1e34 rows."""


@dataclass(frozen=True, slots=True)
class CategoricalLikelihood:
    """Log-probabilities of every level of every column, padded to the longest: impossible levels at -inf."""

    log_prob_NGK: Tensor
    """K = at least the most levels of any column; level k of the column stands at position k - 1 of its code."""

    def log_prob_NG(self, x_NG: Tensor) -> Tensor:
        """Return log p(code); code 0 (missing or unseen) has no level of its own: read as level 1, to be masked."""
        index_NG1 = (x_NG - 1).clamp_min(0).unsqueeze(-1)
        return self.log_prob_NGK.gather(-1, index_NG1).squeeze(-1)

    def expected_NG(self) -> Tensor:
        """Return the most probable codes."""
        return self.log_prob_NGK.argmax(dim=-1) + 1

    def moments_NG(self) -> tuple[Tensor, Tensor]:
        """Refuse: levels have no mean; callers ask numeric columns only."""
        raise TypeError("levels have no mean")

    def residual_NG(self, x_NG: Tensor) -> Tensor:
        """Refuse: levels have no distance; callers ask numeric columns only."""
        raise TypeError(f"levels have no mean to be away from ({x_NG.shape[-1]} columns)")

    def sample_NG(self, generator: torch.Generator) -> Tensor:
        """Draw one code per cell: the level at which the cumulated probability passes one uniform number."""
        # Padding comes last, so what it keeps of mass is lost in the sum; exp takes several times as long of -inf.
        reached_NGK = self.log_prob_NGK.clamp_min(_LEAST).exp().cumsum(-1)
        total_NG1 = reached_NGK[..., -1:]
        uniform_NG1 = torch.rand(total_NG1.shape, generator=generator, device=total_NG1.device)
        # Just below the total: a product that rounds up to it would point behind the last level that has mass.
        target_NG1 = torch.minimum(uniform_NG1 * total_NG1, total_NG1 * (1 - 2**-23))
        place_NG1 = torch.searchsorted(reached_NGK, target_NG1, right=True)
        # Where nothing is finite the first level, for what is wrong shows in numbers and scores.
        return place_NG1.masked_fill(total_NG1.isnan(), 0).squeeze(-1) + 1


class Categorical(Family):
    """One logit a level."""

    reads: ClassVar[Literal["values", "codes"]] = "codes"
    over = "levels"
    _slot_L: Tensor

    def __init__(self, columns: Sequence[ColumnFacts], min_sigma: float) -> None:
        super().__init__(columns, min_sigma)  # a level has no scale
        num_levels = [column.num_levels for column in columns]
        self.num_params = sum(num_levels)
        self._widest = max([_WIDTH, *num_levels])
        column = torch.repeat_interleave(torch.arange(len(num_levels)), torch.tensor(num_levels, dtype=torch.long))
        level = torch.cat([torch.arange(count) for count in num_levels]) if num_levels else column
        self.register_buffer("_slot_L", column * self._widest + level, persistent=False)
        self._num_columns = len(num_levels)

    def likelihood(self, params_NP: Tensor) -> CategoricalLikelihood:
        """Lay the logits side by side, one row of K a column, and normalise all columns at once."""
        shape = (params_NP.shape[0], self._num_columns * self._widest)
        padded_NL = params_NP.new_full(shape, -torch.inf)
        padded_NL = padded_NL.index_copy(1, self._slot_L, params_NP)
        logits_NGK = padded_NL.view(-1, self._num_columns, self._widest)
        return CategoricalLikelihood(logits_NGK.log_softmax(dim=-1))


class Bernoulli(Family):
    """One logit a column, of its second level; a column that holds one level has it for certain."""

    reads: ClassVar[Literal["values", "codes"]] = "codes"
    over = "levels"
    most_levels = 2
    _single_G: Tensor

    def __init__(self, columns: Sequence[ColumnFacts], min_sigma: float) -> None:
        super().__init__(columns, min_sigma)  # a level has no scale
        self.num_params = len(columns)
        self.register_buffer("_single_G", torch.tensor([item.num_levels < 2 for item in columns]), persistent=False)

    def likelihood(self, params_NP: Tensor) -> CategoricalLikelihood:
        """Return log-probabilities of both levels."""
        first_NG = functional.logsigmoid(-params_NP).masked_fill(self._single_G, 0.0)
        second_NG = functional.logsigmoid(params_NP).masked_fill(self._single_G, -torch.inf)
        return CategoricalLikelihood(torch.stack([first_NG, second_NG], dim=-1))
