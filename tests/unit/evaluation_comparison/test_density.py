"""Densities of two scales: known answers."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from vaegis.contract import ColumnSpec
from vaegis.data.tails import compress
from vaegis.durable import write_json
from vaegis.evaluation.comparison.density import log_slope_N, on_one_scale

COLUMN = ColumnSpec(name="x", dtype="float64", kind="numeric", role="feature")


def transform(center, scale, **changes):
    record = {"columns": [COLUMN.to_json()], "center": [center], "scale": [scale], "levels": [], "shapes": []}
    return {**record, **changes}


def bundles(tmp_path, own, other):
    for name, record in (("own", own), ("other", other)):
        write_json(tmp_path / name / "transform.json", record)
    return [tmp_path / "own", tmp_path / "other"]


def test_one_law_told_on_two_scales_is_one_density(tmp_path):
    """Both models are exactly right about N(5, 2): on one scale their nll must agree."""
    x_N = np.random.default_rng(0).normal(5.0, 2.0, size=200)
    x_N = x_N[np.abs(x_N - 5) < 1.4]  # inside both scales' tails
    nlls = [-norm.logpdf((x_N - 5) / scale, scale=2 / scale) for scale in (2.0, 0.5)]
    pair = bundles(tmp_path, transform(5.0, 2.0), transform(5.0, 0.5))
    (own_N, other_N), reason = on_one_scale(nlls, pd.DataFrame({"x": x_N}), pair)
    assert reason == ""
    assert own_N == pytest.approx(other_N)


def test_the_slope_is_the_derivative_tails_included():
    x_N = np.array([-40.0, -3.0, 0.5, 6.0, 31.0])
    step = 1e-6
    made = [compress((x_N + sign * step - 1.0) / 2.0) for sign in (1, -1)]
    expected = np.log((made[0] - made[1]) / (2 * step))
    assert log_slope_N(pd.DataFrame({"x": x_N}), transform(1.0, 2.0)) == pytest.approx(expected, abs=1e-6)


def test_a_missing_cell_has_no_scale():
    assert log_slope_N(pd.DataFrame({"x": [np.nan]}), transform(1.0, 2.0)).tolist() == [0.0]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (transform(0.0, 1.0, levels=[["a"]]), "different levels"),
        (transform(None, 1.0), "no value in the training rows"),
        (transform(0.0, 1.0, shapes=[{"points": [0.0]}]), "scales that no factor joins"),
        (transform(0.0, 1.0, columns=[{**COLUMN.to_json(), "name": "y"}]), "different columns"),
    ],
)
def test_what_no_factor_joins_is_not_compared(tmp_path, other, reason):
    pair = bundles(tmp_path, transform(0.0, 1.0), other)
    (_, theirs_N), told_reason = on_one_scale([np.zeros(3), np.zeros(3)], pd.DataFrame({"x": np.zeros(3)}), pair)
    assert reason in told_reason
    assert np.isnan(theirs_N).all()
