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
_POWERS: Final = 60
_DESCENDING: Final = 16


def lgamma(x: Tensor) -> Tensor:
    """Return log |Gamma(x)| for x > 0 (Abramowitz & Stegun 1964, eq. 6.1.15 and 6.1.41)."""
    x_up = x.double() + _SHIFT
    product = torch.ones_like(x_up)
    for step in range(_SHIFT):
        product = product * (x_up - _SHIFT + step)
    inverse = 1.0 / x_up
    series = torch.zeros_like(x_up)
    for term in reversed(_STIRLING):
        series = series * inverse * inverse + term
    stirling = (x_up - 0.5) * x_up.log() - x_up + 0.5 * math.log(2 * math.pi) + series * inverse
    return (stirling - product.log()).to(x.dtype)


def bessel_ie(order: int, x: Tensor) -> Tensor:
    """Return exp(-x) I_order(x) for x >= 0, order 0 or 1 (Abramowitz & Stegun 1964, eq. 9.6.10 and 9.7.1)."""
    wide = x.double()
    near, far = wide.clamp_max(_SPLIT), wide.clamp_min(_SPLIT)
    quarter = 0.25 * near * near
    rising = torch.ones_like(near)
    for k in range(_POWERS, 0, -1):
        rising = 1.0 + rising * quarter / (k * (k + order))
    rising = rising * (0.5 * near) ** order * torch.exp(-near)
    falling = torch.ones_like(far)
    for k in range(_DESCENDING, 0, -1):
        falling = 1.0 - falling * (4 * order**2 - (2 * k - 1) ** 2) / (8 * k * far)
    falling = falling / (2 * math.pi * far).sqrt()
    return torch.where(wide < _SPLIT, rising, falling).to(x.dtype)


def _i0e(x: Tensor) -> Tensor:
    return bessel_ie(0, x)


def _i1e(x: Tensor) -> Tensor:
    return bessel_ie(1, x)


DECOMPOSITIONS: Final[dict[Any, Callable[[Tensor], Tensor]]] = {
    torch.ops.aten.lgamma.default: lgamma,
    torch.ops.aten.special_i0e.default: _i0e,
    torch.ops.aten.special_i1e.default: _i1e,
}
