"""Columns of levels in order. N rows, G columns, K most levels of any column."""

import math
from collections.abc import Sequence
from typing import ClassVar, Final, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from vaegis.likelihoods.base import Family
from vaegis.likelihoods.categorical import CategoricalLikelihood
from vaegis.likelihoods.facts import ColumnFacts

_GAP: Final = 2.0
"""Distance of two thresholds to begin with: each level between has locations where it is the most probable."""
_MIN_GAP: Final = 1e-3
"""Least distance of two thresholds, in logits: a level between them keeps a probability."""


class Ordinal(Family):
    """Cumulative logits: P(level <= k) = sigmoid(threshold_k - location) (McCullagh 1980, eq. 2.4).

    One parameter a column, its location; the thresholds are learned once a column.
    """

    reads: ClassVar[Literal["values", "codes"]] = "codes"
    over = "order"
    _allowed_GK: Tensor

    def __init__(self, columns: Sequence[ColumnFacts], min_sigma: float) -> None:
        super().__init__(columns, min_sigma)  # a level has no scale
        self.num_params = len(columns)
        counts_G1 = torch.tensor([[column.num_levels] for column in columns], dtype=torch.long).view(-1, 1)
        widest = max((column.num_levels for column in columns), default=0)
        self.register_buffer("_allowed_GK", torch.arange(widest) < counts_G1, persistent=False)
        # Flat, as all that is learned but no matrix: weight decay is for matrices.
        self.first_G = nn.Parameter(-0.5 * _GAP * (counts_G1[:, 0] - 2.0).clamp_min(0.0))  # thresholds about 0
        self.raw_gaps = nn.Parameter(torch.full((len(columns) * max(widest - 2, 0),), math.log(math.expm1(_GAP))))

    def likelihood(self, params_NP: Tensor) -> CategoricalLikelihood:
        """Return the log-probability of each level, between two thresholds.

        log(sigmoid(b) - sigmoid(a)) = log sigmoid(b) + log sigmoid(-a) + log(1 - exp(a - b)), finite however far out.
        """
        num_columns, widest = self._allowed_GK.shape
        gap_GK = _MIN_GAP + functional.softplus(self.raw_gaps).view(num_columns, max(widest - 2, 0))
        first_G1 = self.first_G.unsqueeze(-1)
        threshold_GK = torch.cat([first_G1, first_G1 + gap_GK.cumsum(-1)], dim=-1)[:, : widest - 1]
        edge_NGK = threshold_GK - params_NP.unsqueeze(-1)
        above_NGK = functional.pad(functional.logsigmoid(-edge_NGK), (1, 0))  # nothing is below the first level
        below_NGK = functional.pad(functional.logsigmoid(edge_NGK), (0, 1))
        last_GK = self._allowed_GK & ~functional.pad(self._allowed_GK, (0, 1))[:, 1:]
        below_NGK = below_NGK.masked_fill(last_GK, 0.0)
        between_GK = functional.pad(torch.log(-torch.expm1(-gap_GK)), (1, 1))[:, :widest].masked_fill(last_GK, 0.0)
        log_prob_NGK = (above_NGK + below_NGK + between_GK).masked_fill(~self._allowed_GK, -torch.inf)
        return CategoricalLikelihood(log_prob_NGK)
