"""What a family must offer. N rows, G columns of the family, P parameters."""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Literal, Protocol

import torch
from torch import Tensor, nn

from vaegis.likelihoods.facts import ColumnFacts


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

    def residual_NG(self, x_NG: Tensor) -> Tensor:
        """Return distances from the mean in standard deviations: mean 0, spread 1; `TypeError` for levels."""
        ...

    def sample_NG(self, generator: torch.Generator) -> Tensor:
        """Draw one value or code per cell."""
        ...


class Family(nn.Module, ABC):
    """Turns a decoder's outputs into a `Likelihood`; a module, for what it learns a column whatever the latent."""

    reads: ClassVar[Literal["values", "codes"]]
    over: ClassVar[Literal["line", "counts", "circle", "levels", "order"]]
    """What it is a distribution over: any amount, whole numbers from 0, angles, levels, levels in order."""
    most_levels: ClassVar[float] = math.inf
    """Levels that a column may have at most."""
    needs_points: ClassVar[bool] = False
    """Whether a column must have values that stand out."""
    num_params: int

    @abstractmethod
    def __init__(self, columns: Sequence[ColumnFacts], min_sigma: float) -> None:
        """Fit to the columns: `min_sigma` is the floor of standard deviations on the standardised scale."""
        super().__init__()

    @abstractmethod
    def likelihood(self, params_NP: Tensor) -> Likelihood:
        """Return the distributions with these parameters."""
