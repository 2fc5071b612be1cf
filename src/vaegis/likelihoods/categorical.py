"""Columns of unordered levels. N rows, G columns, L levels of all columns side by side."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class CategoricalLikelihood:
    """Log-probabilities of every level of every column, padded to the longest: impossible levels at -inf."""

    log_prob_NGK: Tensor
    """K = most levels of any column; level k of the column stands at position k - 1 of its code."""

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

    def sample_NG(self, generator: torch.Generator) -> Tensor:
        """Draw one code per cell (Gumbel maximum)."""
        uniform_NGK = torch.rand(self.log_prob_NGK.shape, generator=generator, device=self.log_prob_NGK.device)
        gumbel_NGK = -torch.log(-torch.log(uniform_NGK.clamp(1e-20, 1 - 1e-7)))
        return (self.log_prob_NGK + gumbel_NGK).argmax(dim=-1) + 1


class Categorical:
    """One logit a level."""

    reads: ClassVar[Literal["values", "codes"]] = "codes"

    def __init__(self, num_levels: tuple[int, ...], min_sigma: float) -> None:
        del min_sigma  # a level has no scale
        self.num_params = sum(num_levels)
        self._widest = max(num_levels, default=0)
        column = torch.repeat_interleave(torch.arange(len(num_levels)), torch.tensor(num_levels, dtype=torch.long))
        level = torch.cat([torch.arange(count) for count in num_levels]) if num_levels else column
        self._slot_L = column * self._widest + level
        self._num_columns = len(num_levels)

    def likelihood(self, params_NP: Tensor) -> CategoricalLikelihood:
        """Lay the logits side by side, one row of K a column, and normalise all columns at once."""
        shape = (params_NP.shape[0], self._num_columns * self._widest)
        padded_NL = params_NP.new_full(shape, -torch.inf)
        padded_NL = padded_NL.index_copy(1, self._slot_L.to(params_NP.device), params_NP)
        logits_NGK = padded_NL.view(-1, self._num_columns, self._widest)
        return CategoricalLikelihood(logits_NGK.log_softmax(dim=-1))
