"""Amounts that stand at one of a few exact values in a share of the rows. N rows, G columns, M points, S = 1 + M."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from vaegis.likelihoods.base import Family
from vaegis.likelihoods.facts import ColumnFacts
from vaegis.likelihoods.gaussian import Gaussian, GaussianLikelihood


@dataclass(frozen=True, slots=True)
class SpikeLikelihood:
    """A point mass at each point, and a normal for the rest."""

    log_share_NGS: Tensor
    """Logarithms of the shares: of the rest, then of each point; -inf where a column has fewer points."""
    rest: GaussianLikelihood
    point_GM: Tensor
    """NaN where a column has fewer points."""
    min_sigma: float

    def log_prob_NG(self, x_NG: Tensor) -> Tensor:
        """Return the log-mass at a point, elsewhere the log-density: densities over lengths and points alike."""
        at_NGM = x_NG.unsqueeze(-1) == self.point_GM
        mass_NG = torch.where(at_NGM, self.log_share_NGS[..., 1:], 0.0).sum(-1)
        return torch.where(at_NGM.any(-1), mass_NG, self.log_share_NGS[..., 0] + self.rest.log_prob_NG(x_NG))

    def expected_NG(self) -> Tensor:
        """Return the means."""
        return self.moments_NG()[0]

    def moments_NG(self) -> tuple[Tensor, Tensor]:
        """Return means and standard deviations of the mixture."""
        share_NGS = self.log_share_NGS.exp()
        at_NGS = torch.cat([self.rest.mean_NG.unsqueeze(-1), self._points_like(share_NGS[..., 1:])], dim=-1)
        mean_NG = (share_NGS * at_NGS).sum(-1)
        between_NG = (share_NGS * (at_NGS - mean_NG.unsqueeze(-1)).square()).sum(-1)
        variance_NG = between_NG + share_NGS[..., 0] * self.rest.sigma_NG.square()
        return mean_NG, variance_NG.sqrt().clamp_min(self.min_sigma)

    def residual_NG(self, x_NG: Tensor) -> Tensor:
        """Return (x - mean) / standard deviation."""
        mean_NG, std_NG = self.moments_NG()
        return (x_NG - mean_NG) / std_NG

    def sample_NG(self, generator: torch.Generator) -> Tensor:
        """Draw one value per cell: exactly a point, or a normal."""
        drawn_NG = self.rest.sample_NG(generator)
        shape, device = self.log_share_NGS.shape[:-1], drawn_NG.device
        uniform_NG1 = torch.rand((*shape, 1), generator=generator, device=device, dtype=drawn_NG.dtype)
        which_NG = (uniform_NG1 > self.log_share_NGS.exp().cumsum(-1)[..., :-1]).sum(-1)
        point_NGM = self._points_like(self.log_share_NGS[..., 1:])
        chosen_NG = torch.cat([drawn_NG.unsqueeze(-1), point_NGM], dim=-1).gather(-1, which_NG.unsqueeze(-1))
        return chosen_NG.squeeze(-1)

    def _points_like(self, share_NGM: Tensor) -> Tensor:
        return self.point_GM.nan_to_num().to(share_NGM.dtype).expand_as(share_NGM)


class Spike(Family):
    """Mean and floored sigma of the rest, and one logit a point beside the rest's 0."""

    reads: ClassVar[Literal["values", "codes"]] = "values"
    over = "line"
    needs_points = True
    _point_GM: Tensor

    def __init__(self, columns: Sequence[ColumnFacts], min_sigma: float) -> None:
        super().__init__(columns, min_sigma)
        self._rest, self._min_sigma = Gaussian(columns, min_sigma), min_sigma
        most = max((len(column.points) for column in columns), default=0)
        padded = [[*column.points, *[torch.nan] * (most - len(column.points))] for column in columns]
        self.register_buffer("_point_GM", torch.tensor(padded).view(len(columns), most), persistent=False)
        self.num_params = self._rest.num_params + self._point_GM.numel()

    def likelihood(self, params_NP: Tensor) -> SpikeLikelihood:
        """Split parameters into those of the rest and the logits of the points."""
        rest_NP, logit_NL = torch.split(params_NP, [self._rest.num_params, self._point_GM.numel()], dim=-1)
        logit_NGM = logit_NL.view(-1, *self._point_GM.shape).masked_fill(self._point_GM.isnan(), -torch.inf)
        logit_NGS = torch.cat([torch.zeros_like(logit_NGM[..., :1]), logit_NGM], dim=-1)
        rest = self._rest.likelihood(rest_NP)
        return SpikeLikelihood(logit_NGS.log_softmax(dim=-1), rest, self._point_GM, self._min_sigma)
