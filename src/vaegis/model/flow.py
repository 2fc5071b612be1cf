"""A normalising flow as a prior: splines that follow the aggregate posterior where Gaussians do not. N rows, K latents.

Neural spline flows (Durkan et al. 2019) of the library zuko, which only those who ask for `flow` need.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import torch
from torch import Tensor

from vaegis.errors import ConfigError

TRANSFORMS: Final = 3
WIDTHS: Final = (64, 64)
BATCH_ROWS: Final = 512
PASSES: Final = 20
MIN_STEPS: Final = 800
"""Fewer passes than this many steps would leave the splines of a small table where they began."""
LEARNING_RATE: Final = 2e-3
CLIP_NORM: Final = 5.0
HELD_OUT: Final = 10
"""Every tenth row judges, after each pass, whether to keep the weights."""
_MOMENT_DRAWS: Final = 65_536


@dataclass(frozen=True, slots=True)
class FlowPrior:
    """A density of latents on their own scale, by a flow of their standardised values."""

    flow: Any
    """zuko's `NSF`; float32."""
    mean_K: Tensor
    std_K: Tensor

    @classmethod
    def fit(cls, z_NK: Tensor, seed: int) -> Self:
        """Maximise the likelihood of nine tenths of the rows; keep the weights that the others find most likely."""
        mean_K, std_K = z_NK.mean(0), z_NK.std(0, correction=0).clamp_min(1e-6)
        fitted = cls(make_flow(z_NK.shape[1], seed), mean_K, std_K)
        judges = torch.arange(len(z_NK)) % HELD_OUT == HELD_OUT - 1
        x_NK = (z_NK - mean_K) / std_K
        _maximise(fitted.flow, x_NK[~judges], x_NK[judges] if judges.any() else x_NK, seed)
        return fitted

    @torch.no_grad()
    def log_prob_N(self, z_NK: Tensor) -> Tensor:
        """Return log p(z), nats."""
        log_prob_N: Tensor = self.flow().log_prob((z_NK.float() - self.mean_K) / self.std_K) - self.std_K.log().sum()
        return log_prob_N.to(z_NK.dtype)

    @torch.no_grad()
    def sample(self, num_rows: int, generator: torch.Generator) -> Tensor:
        """Draw latents, NK."""
        noise_NK = torch.randn(num_rows, len(self.mean_K), generator=generator)
        drawn_NK: Tensor = self.flow().transform.inv(noise_NK) * self.std_K + self.mean_K
        return drawn_NK

    def moments(self) -> tuple[Tensor, Tensor]:
        """Return mean, (K,), and covariance, (K, K), of many draws: a flow has no closed form of them."""
        drawn_NK = self.sample(_MOMENT_DRAWS, torch.Generator().manual_seed(0)).double()
        return drawn_NK.mean(0), torch.cov(drawn_NK.T).view(len(self.mean_K), -1)

    def pack(self) -> dict[str, np.ndarray]:
        """Return the fitted state."""
        weights = {f"flow.{name}": tensor.numpy().copy() for name, tensor in self.flow.state_dict().items()}
        return {"mean": self.mean_K.numpy().copy(), "std": self.std_K.numpy().copy(), **weights}

    @classmethod
    def unpack(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Rebuild what `pack` returned."""
        flow = make_flow(len(arrays["mean"]), seed=0)
        flow.load_state_dict({name: torch.from_numpy(arrays[f"flow.{name}"]) for name in flow.state_dict()})
        return cls(flow, torch.from_numpy(arrays["mean"]), torch.from_numpy(arrays["std"]))


def make_flow(num_latents: int, seed: int) -> Any:
    """Return an unfitted flow.

    Raises:
        ConfigError: zuko is not installed.
    """
    try:
        import zuko  # noqa: PLC0415 - the extra `flow`
    except ModuleNotFoundError:
        raise ConfigError(
            "a prior of kind flow needs zuko, which is not installed",
            allowed="normal, mixture without it",
            where="pip install 'vaegis[flow]', or params.yaml: train.prior",
        ) from None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return zuko.flows.NSF(num_latents, transforms=TRANSFORMS, hidden_features=WIDTHS)


@torch.enable_grad()
def _maximise(flow: Any, x_NK: Tensor, judge_NK: Tensor, seed: int) -> None:
    random = torch.Generator().manual_seed(seed)
    batch_rows = min(BATCH_ROWS, len(x_NK))
    pass_steps = max(1, len(x_NK) // batch_rows)
    passes = max(PASSES, -(-MIN_STEPS // pass_steps))
    optimizer = torch.optim.AdamW(flow.parameters(), lr=LEARNING_RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, passes * pass_steps)
    best, kept = -torch.inf, copy.deepcopy(flow.state_dict())
    for _ in range(passes):
        order_N = torch.randperm(len(x_NK), generator=random)
        for rows_B in order_N[: pass_steps * batch_rows].view(pass_steps, batch_rows):
            optimizer.zero_grad(set_to_none=True)
            (-flow().log_prob(x_NK[rows_B]).mean()).backward()
            torch.nn.utils.clip_grad_norm_(flow.parameters(), CLIP_NORM)
            optimizer.step()
            schedule.step()
        with torch.no_grad():
            now = float(flow().log_prob(judge_NK).mean())
        if now > best:
            best, kept = now, copy.deepcopy(flow.state_dict())
    flow.load_state_dict(kept)
    flow.requires_grad_(requires_grad=False)
