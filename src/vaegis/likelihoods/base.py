"""What a family must offer. N rows, G columns of the family, P parameters."""

from typing import ClassVar, Literal, Protocol

import torch
from torch import Tensor


class Likelihood(Protocol):
    """Distributions of one family for N rows and G columns, independent given their parameters."""

    def log_prob_NG(self, x_NG: Tensor) -> Tensor:
        """Return log-densities (or log-masses) by column, in nats."""
        ...

    def expected_NG(self) -> Tensor:
        """Return the expected values, or the most probable codes."""
        ...

    def moments_NG(self) -> tuple[Tensor, Tensor]:
        """Return means and standard deviations of numeric columns; `TypeError` for levels."""
        ...

    def sample_NG(self, generator: torch.Generator) -> Tensor:
        """Draw one value or code per cell."""
        ...


class Family(Protocol):
    """Turns a decoder's outputs into a `Likelihood`."""

    reads: ClassVar[Literal["values", "codes"]]
    num_params: int

    def __init__(self, num_levels: tuple[int, ...], min_sigma: float) -> None:
        """Fit to the columns: one entry a column, its number of levels (0 for numeric columns)."""
        ...

    def likelihood(self, params_NP: Tensor) -> Likelihood:
        """Return the distributions with these parameters."""
        ...
