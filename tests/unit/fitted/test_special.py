import pytest
import torch

from vaegis.fitted.special import DECOMPOSITIONS, bessel_ie, lgamma


def test_lgamma_is_torchs_own():
    x = torch.logspace(-3, 6, 2_000, dtype=torch.float64)
    exact = torch.lgamma(x)
    assert ((lgamma(x) - exact).abs() <= 1e-9 * (1 + exact.abs())).all()


@pytest.mark.parametrize(("order", "exact"), [(0, torch.special.i0e), (1, torch.special.i1e)])
def test_bessel_functions_are_torchs_own(order, exact):
    x = torch.cat([torch.zeros(1, dtype=torch.float64), torch.logspace(-3, 4, 2_000, dtype=torch.float64)])
    assert ((bessel_ie(order, x) - exact(x)).abs() <= 1e-9 * exact(x)).all()


@pytest.mark.parametrize("operator", DECOMPOSITIONS, ids=str)
def test_single_precision_stays_single_precision(operator):
    x = torch.tensor([0.5, 3.0, 200.0])
    made = DECOMPOSITIONS[operator](x)
    assert made.dtype == torch.float32
    torch.testing.assert_close(made, operator(x))
