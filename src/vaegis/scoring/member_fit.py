"""Train all members at once, each on the rows outside its own fold. E members, B batch rows, N rows, W values."""

import math
from typing import Final

import torch
from torch import Tensor

from vaegis.scoring.members import Members

STEPS: Final = 300
"""Bounded whatever the number of rows: networks of this size have said by then what is usual."""
BATCH_ROWS: Final = 256
PEAK_RATE: Final = 2e-3
BETA: Final = 0.1
"""Weight of the KL term after a quarter of the steps: at 1 the latents of small tables say nothing."""


def fit_members(
    members: Members, x_NW: Tensor, observed_NW: Tensor, fold_N: Tensor, generator: torch.Generator
) -> None:
    """Train in place by AdamW, a linear rise of 5 % and a cosine to zero; member e never sees fold e."""
    pools = [(fold_N != fold).nonzero().squeeze(1) for fold in range(members.count)]
    optimizer = torch.optim.AdamW(members.parameters(), lr=PEAK_RATE, weight_decay=1e-4, fused=True)
    for step in range(STEPS):
        rise, fall = min(1.0, (step + 1) / (0.05 * STEPS)), math.cos(0.5 * math.pi * step / STEPS) ** 2
        for group in optimizer.param_groups:
            group["lr"] = PEAK_RATE * rise * fall
        index_EB = torch.stack([pool[torch.randint(len(pool), (BATCH_ROWS,), generator=generator)] for pool in pools])
        noise_EBK = torch.randn(members.count, BATCH_ROWS, members.latent_dim, generator=generator)
        reading = members(x_NW[index_EB], observed_NW[index_EB], noise_EBK)
        beta = BETA * min(1.0, (step + 1) / (0.25 * STEPS))
        loss = (reading.nll_ENW.sum(-1) + beta * reading.kl_EN).mean(1).sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    members.eval().requires_grad_(requires_grad=False)
