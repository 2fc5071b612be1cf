import numpy as np
import pytest

from vaegis.data.points import find_points

AMOUNT = np.random.default_rng(0).normal(size=2_000)


@pytest.mark.parametrize(
    ("name", "values", "points"),
    [
        ("plain", AMOUNT, ()),
        ("machine at rest", np.r_[AMOUNT, np.zeros(200)], (0.0,)),
        ("two ends", np.r_[AMOUNT, np.full(500, 5.0), np.full(300, -5.0)], (-5.0, 5.0)),
        ("too rare", np.r_[AMOUNT, np.zeros(90)], ()),
        ("rounded", AMOUNT.round(1), ()),
        ("rounded at rest", np.r_[AMOUNT.round(1), np.zeros(500)], ()),
        ("counts", np.random.default_rng(0).poisson(3.0, 2_000), ()),
        ("constant", np.zeros(500), ()),
        ("few others", np.r_[AMOUNT[:50], np.zeros(50)], ()),
        ("levels", np.repeat(np.arange(5.0), 100), ()),
        ("nothing", np.zeros(0), ()),
    ],
)
def test_a_value_stands_out_of_a_continuous_amount(name, values, points):
    assert find_points(values) == points, name
