"""The KL of a Gaussian is exact."""

import numpy as np
import pytest

from vaegis.evaluation.latent.dimensions import ACTIVE_VARIANCE, dimension_table, kl_NK


def test_the_prior_itself_costs_nothing_and_a_shift_half_its_square():
    assert kl_NK(np.zeros((4, 2)), np.ones((4, 2))).tolist() == [[0.0, 0.0]] * 4
    assert kl_NK(np.full((4, 1), 2.0), np.ones((4, 1))).tolist() == [[2.0]] * 4
    assert kl_NK(np.zeros((1, 1)), np.full((1, 1), 0.5)) == pytest.approx(0.5 * (0.25 - 1) + np.log(2))


def test_a_point_posterior_pays_no_kl():
    assert kl_NK(np.ones((3, 2)), np.zeros((3, 2))).tolist() == [[0.0, 0.0]] * 3


def test_a_dimension_is_active_if_its_mean_varies_enough():
    sizes = np.sqrt(ACTIVE_VARIANCE * np.array([0.99, 1.01, 0.0]))
    table = dimension_table(np.outer([1.0, -1.0], sizes), np.full((2, 3), 0.3))
    assert table["dimension"].tolist() == ["z_0", "z_1", "z_2"]
    assert table["active"].tolist() == [0, 1, 0]
    assert table["mean_variance"].tolist() == pytest.approx((sizes**2).tolist())
    assert table["mean_std"].tolist() == pytest.approx([0.3] * 3)
    assert table["kl"].tolist() == pytest.approx((0.5 * (sizes**2 + 0.09 - 1) - np.log(0.3)).tolist())
