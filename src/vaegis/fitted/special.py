"""Special functions that ONNX lacks, from operators it has. Elementwise, in double precision.

`DECOMPOSITIONS` is what `torch.export` puts in their place; each is within 1e-9 of torch's own, relative, on the
arguments that the likelihoods use: lgamma from 0.001 up, Bessel functions from 0 up.
"""

import math
from collections.abc import Callable
from typing import Any, Final

import torch
from torch import Tensor

_SHIFT: Final = 8
"""Stirling's series is asymptotic: arguments are moved this far up first."""
_STIRLING: Final = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680)
_SPLIT: Final = 20.0
"""Where the power series of a Bessel function, all of whose terms are positive, gives way to the asymptotic one."""
_POWERS: Final = 64
_DESCENDING: Final = 16
_BLOCK: Final = 8
"""Powers that are made at a time; a series has at most the square of it."""


def lgamma(x: Tensor) -> Tensor:
    """Return log |Gamma(x)| for x > 0 (Abramowitz & Stegun 1964, eq. 6.1.15 and 6.1.41)."""
    wide = x.double()
    x_up = wide + _SHIFT
    moved = (wide.unsqueeze(-1) + torch.arange(_SHIFT, dtype=torch.float64, device=x.device)).log().sum(-1)
    inverse = 1.0 / x_up
    series = torch.zeros_like(x_up)
    for term in reversed(_STIRLING):
        series = series * inverse * inverse + term
    stirling = (x_up - 0.5) * x_up.log() - x_up + 0.5 * math.log(2 * math.pi) + series * inverse
    return (stirling - moved).to(x.dtype)


def bessel_ie(order: int, x: Tensor) -> Tensor:
    """Return exp(-x) I_order(x) for x >= 0, order 0 or 1 (Abramowitz & Stegun 1964, eq. 9.6.10 and 9.7.1)."""
    wide = x.double()
    near, far = wide.clamp_max(_SPLIT), wide.clamp_min(_SPLIT)
    k_K = torch.arange(1, _POWERS + 1, dtype=torch.float64, device=x.device)
    rising = 1.0 + _series(1.0 / (k_K * (k_K + order)), 0.25 * near * near)
    rising = rising * (0.5 * near) ** order * torch.exp(-near)
    k_K = k_K[:_DESCENDING]
    sign = -1.0 if order else 1.0  # of the first factor, and so of every term: all other factors are positive
    falling = 1.0 + sign * _series(((2.0 * k_K - 1.0) ** 2 - 4.0 * order**2).abs() / (8.0 * k_K), 1.0 / far)
    falling = falling / (2 * math.pi * far).sqrt()
    return torch.where(wide < _SPLIT, rising, falling).to(x.dtype)


def _series(factor_K: Tensor, x: Tensor) -> Tensor:
    """Return f_1 x + f_1 f_2 x^2 + ... by blocks of powers.

    A few wide operators, where Horner's rule needs hundreds: the time that it takes to write a graph grows with them.
    """
    term_BK = factor_K.log().cumsum(0).exp().view(-1, _BLOCK)
    power_K = torch.arange(_BLOCK, dtype=torch.float64, device=x.device)
    low, high = x.unsqueeze(-1) ** power_K, (x**_BLOCK).unsqueeze(-1) ** power_K[: len(term_BK)]
    return x * (low @ term_BK.T * high).sum(-1)


def _i0e(x: Tensor) -> Tensor:
    return bessel_ie(0, x)


def _i1e(x: Tensor) -> Tensor:
    return bessel_ie(1, x)


DECOMPOSITIONS: Final[dict[Any, Callable[[Tensor], Tensor]]] = {
    torch.ops.aten.lgamma.default: lgamma,
    torch.ops.aten.special_i0e.default: _i0e,
    torch.ops.aten.special_i1e.default: _i1e,
}
