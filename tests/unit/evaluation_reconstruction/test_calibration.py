import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from vaegis.evaluation.reconstruction.calibration import column_calibration, describe, half_width, standard_residuals

NAMES = ["load_kw", "heat_c", "cool_c", "weather_c", "tilt_sin", "tilt_cos"]


def calibrated(model, test, seed=0, learnt=NAMES):
    return column_calibration(standard_residuals(model, test, seed, learnt))


QUANTILES = norm.ppf((np.arange(100) + 0.5) / 100)


def test_residuals_at_the_quantiles_of_a_normal_are_right():
    found = describe(QUANTILES)
    assert found["residual_mean"] == pytest.approx(0.0, abs=1e-12)
    assert found["residual_std"] == pytest.approx(1.0, abs=0.02)
    assert found["pit_ks"] == pytest.approx(0.005)


def test_a_shift_shows_in_the_mean_and_in_the_transform():
    found = describe(QUANTILES + 1.0)
    assert found["residual_mean"] == pytest.approx(1.0)
    assert found["pit_ks"] == pytest.approx(norm.cdf(0.5) - norm.cdf(-0.5), abs=0.01)


def test_too_sure_and_too_vague_are_told_apart():
    assert describe(2.0 * QUANTILES)["residual_std"] == pytest.approx(2.0, abs=0.04)
    assert describe(0.5 * QUANTILES)["residual_std"] == pytest.approx(0.5, abs=0.01)


def test_coverage_is_the_share_inside_the_central_interval():
    found = describe(QUANTILES)
    assert (found["coverage_50"], found["coverage_90"]) == (0.5, 0.9)
    assert half_width(0.95) == pytest.approx(1.959964)
    assert describe(2.0 * QUANTILES)["coverage_90"] == pytest.approx(2 * norm.cdf(1.645 / 2) - 1, abs=0.01)


def test_missing_residuals_do_not_count_and_one_is_too_few():
    assert describe(np.r_[QUANTILES, np.nan, np.inf]) == describe(QUANTILES)
    assert np.isnan(list(describe(np.array([np.nan, 1.0])).values())).all()


def test_every_numeric_column_has_its_row(models, rows):
    table = calibrated(models[0], rows.test).set_index("column")
    assert list(table.index) == NAMES
    assert table["residual_std"].between(0.5, 2.0).all()
    again = calibrated(models[0], rows.test).set_index("column")
    pd.testing.assert_frame_equal(table, again)


def test_missing_cells_are_left_out(models, rows):
    holes = rows.test.assign(heat_c=np.nan)
    table = calibrated(models[0], holes).set_index("column")
    assert np.isnan(table.loc["heat_c", "residual_std"])
    assert np.isfinite(table.loc["cool_c", "residual_std"])


def test_a_shifted_column_is_seen_on_that_column(models, rows):
    fair = calibrated(models[0], rows.test).set_index("column")["pit_ks"]
    shifted = rows.test.assign(cool_c=rows.test["cool_c"] + 20.0)
    rise = calibrated(models[0], shifted).set_index("column")["pit_ks"] - fair
    assert rise["cool_c"] > 0.2


def test_columns_that_never_varied_are_left_out(models, rows):
    assert calibrated(models[0], rows.test, learnt=["cool_c"])["column"].tolist() == ["cool_c"]
    assert calibrated(models[0], rows.test, learnt=[]).empty
