"""Columns that are given, not modelled: they pass through. N rows, G columns."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Given:
    """Certain cells, of which the model says nothing."""

    cell_NG: Tensor
    """Missing amounts are NaN, missing levels code 0: they come back missing."""

    def log_prob_NG(self, x_NG: Tensor) -> Tensor:
        """Return zeros: what is given adds nothing to the evidence."""
        return torch.zeros(x_NG.shape, device=x_NG.device)

    def expected_NG(self) -> Tensor:
        """Return the cells."""
        return self.cell_NG

    def moments_NG(self) -> tuple[Tensor, Tensor]:
        """Return the cells, and no spread."""
        return self.cell_NG, torch.zeros_like(self.cell_NG)

    def residual_NG(self, x_NG: Tensor) -> Tensor:
        """Return zeros."""
        return torch.zeros_like(x_NG)

    def sample_NG(self, generator: torch.Generator) -> Tensor:
        """Return the cells; nothing is drawn."""
        del generator
        return self.cell_NG
