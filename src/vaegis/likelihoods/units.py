"""From the standardised scale to a column's own unit and back, as the transform defines it. N rows, G columns."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vaegis.data.tails import TAIL
from vaegis.likelihoods.facts import ColumnFacts


class Units(nn.Module):
    """x = expand(z) * scale + center; in double precision, for counts must keep their digits."""

    center_G: Tensor
    scale_G: Tensor

    def __init__(self, columns: Sequence[ColumnFacts]) -> None:
        super().__init__()
        center_G = torch.tensor([column.center for column in columns], dtype=torch.float64)
        scale_G = torch.tensor([column.scale for column in columns], dtype=torch.float64)
        self.register_buffer("center_G", center_G, persistent=False)
        self.register_buffer("scale_G", scale_G, persistent=False)

    def of(self, z_NG: Tensor) -> Tensor:
        """Return amounts in their units, float64."""
        return expand(z_NG.double()) * self.scale_G + self.center_G

    def standardise(self, x_NG: Tensor) -> Tensor:
        """Return amounts on the standardised scale, float64."""
        return compress((x_NG - self.center_G) / self.scale_G)

    def moments(self, mean_NG: Tensor, std_NG: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and standard deviation on the standardised scale; in its tails, to first order."""
        z_NG = (mean_NG - self.center_G) / self.scale_G
        slope_NG = 1.0 / (1.0 + (z_NG.abs() - TAIL).clamp_min(0.0))
        return compress(z_NG), std_NG / self.scale_G * slope_NG


def compress(z: Tensor) -> Tensor:
    """Return what `data.tails.compress` does, of a tensor."""
    beyond = (z.abs() - TAIL).clamp_min(0.0)
    return z.clamp(-TAIL, TAIL) + z.sign() * beyond.log1p()


def expand(a: Tensor) -> Tensor:
    """Return what `data.tails.expand` does, of a tensor."""
    beyond = (a.abs() - TAIL).clamp_min(0.0)
    return a.clamp(-TAIL, TAIL) + a.sign() * beyond.expm1()
