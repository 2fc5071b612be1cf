import numpy as np
import pytest

from vaegis.scoring.fusion import Usual


@pytest.fixture
def parts():
    return np.random.default_rng(0).gamma(2.0, size=(2, 501, 3)) * np.array([1.0, 10.0])[:, None, None]


def fit(parts_TNX, additive=(False, True)):
    return Usual.fit(parts_TNX, np.ones(parts_TNX.shape[1:]), np.array(additive))


def test_fused_is_arcsinh_of_quartile_spreads_above_the_median(parts):
    fused_NX = fit(parts).contributions_TENX(parts[:, None], np.ones((501, 3))).mean(0)[0]
    sums_TN = parts.sum(-1)
    low, median, high = np.quantile(sums_TN, [0.25, 0.5, 0.75], axis=1)
    expected_N = np.arcsinh((sums_TN - median[:, None]) / (high - low)[:, None]).mean(0)
    np.testing.assert_allclose(fused_NX.sum(-1), expected_N, atol=1e-12)


def test_the_column_that_is_far_above_usual_has_the_largest_part(parts):
    row = np.median(parts, axis=1)[:, None, None, :].copy()
    row[..., 1] *= 9.0
    fused_X = fit(parts).contributions_TENX(row, np.ones((1, 3))).mean(0)[0, 0]
    assert fused_X.argmax() == 1
    assert fused_X[1] > 0.9 * fused_X.sum()


def test_missing_cells_have_no_part_and_a_row_of_none_is_usual(parts):
    observed_NX = np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    fused_NX = fit(parts).contributions_TENX(parts[:, None, :2] * observed_NX, observed_NX).mean(0)[0]
    assert (fused_NX[observed_NX == 0] == 0).all()
    assert (fused_NX[0, [0, 2]] != 0).all()


def test_a_missing_usual_cell_changes_little(parts):
    """Distances come scaled up to all columns, nats do not: both then stand where they stood."""
    usual, observed_NX = fit(parts), np.array([[1.0, 0.0, 1.0]])
    row = usual.parts_TX[:, None, None, :] * observed_NX
    row[0] *= usual.parts_TX[0].sum() / row[0].sum()
    assert abs(usual.contributions_TENX(row, observed_NX).sum()) < 1e-9


def test_missing_cells_do_not_move_what_is_usual(parts):
    observed_NX = (np.random.default_rng(1).random((501, 3)) > 0.3).astype(float)
    some = Usual.fit(parts * observed_NX, observed_NX, np.array([True, True]))
    np.testing.assert_allclose(some.parts_TX.sum(1), fit(parts).parts_TX.sum(1), rtol=0.1)


def test_tables_of_equal_rows_and_empty_columns_stay_finite():
    observed_NX = np.array([[1.0, 0.0]] * 9)
    usual = Usual.fit(np.zeros((1, 9, 2)), observed_NX, np.array([False]))
    assert np.isfinite(usual.contributions_TENX(np.full((1, 1, 9, 2), 5.0), observed_NX)).all()
