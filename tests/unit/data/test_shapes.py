import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaegis.contract import ColumnSpec
from vaegis.data.moments import Moments
from vaegis.data.shapes import Shape, fit_shapes
from vaegis.data.transform import TableTransform


def column(kind: str = "numeric", **more) -> ColumnSpec:
    return ColumnSpec(name="x", dtype="float64", kind=kind, role="feature", **more)


def fit(values, spec: ColumnSpec) -> tuple[float, float, Shape]:
    moments = Moments(1)
    moments.add(np.asarray(values, dtype=np.float64)[:, None])
    center_D, scale_D, (shape,) = fit_shapes([spec], moments)
    return float(center_D[0]), float(scale_D[0]), shape


@pytest.mark.parametrize("wild", [1e30, 1.7e308, -1.7e308])
@pytest.mark.parametrize("kind", ["angle", "numeric"])
def test_a_wild_value_has_a_place_on_every_scale(kind, wild):
    for spec in (column(kind), *([column(kind, transform="quantile")] if kind == "numeric" else [])):
        center, scale, shape = fit([0.0, 1e-3, 2e-3, 5e-3], spec)
        z_N = shape.standardise(np.asarray([wild]), center, scale).astype(np.float32)
        assert np.isfinite(z_N).all()


@settings(max_examples=50, deadline=None)
@given(
    angles=st.lists(st.floats(-720, 720), min_size=2, max_size=20),
    unit=st.sampled_from(["deg", ""]),
    low=st.sampled_from([None, 0.0, -180.0]),
)
def test_angles_come_back_as_the_same_direction_in_the_range_they_are_written_in(angles, unit, low):
    spec = column("angle", unit=unit, minimum=low)
    center, scale, shape = fit([*angles, 359.0], spec)
    assert shape.wraps
    z_N = shape.standardise(np.asarray(angles), center, scale)
    assert (np.abs(z_N) <= np.pi + 1e-9).all()
    back_N = shape.in_units(z_N, center, scale)
    turns_N = (back_N - np.asarray(angles)) / 360.0
    np.testing.assert_allclose(turns_N, turns_N.round(), rtol=0, atol=1e-9)
    if low is not None:
        assert ((back_N >= low - 1e-6) & (back_N <= low + 360 + 1e-6)).all()


@pytest.mark.parametrize(
    ("values", "unit", "turn", "middle"),
    [([0.1, 6.2], "", 2 * np.pi, np.pi), ([-3.0, 3.0], "", 2 * np.pi, 0.0), ([1.0, 3.0], "deg", 360.0, 180.0)],
)
def test_a_full_turn_by_unit_or_by_size(values, unit, turn, middle):
    center, scale, _ = fit(values, column("angle", unit=unit))
    assert (center, scale * 2 * np.pi) == (pytest.approx(middle), pytest.approx(turn))


def test_points_are_left_out_of_the_scale_and_come_back_exactly():
    others = np.random.default_rng(0).normal(50.0, 3.0, size=1_000)
    values = np.r_[others, np.zeros(400)]
    center, scale, shape = fit(values, column())
    assert shape.points == (0.0,)
    assert (center, scale) == (pytest.approx(others.mean()), pytest.approx(others.std()))
    z_N = shape.standardise(values, center, scale).astype(np.float32)
    assert z_N[-1] == np.float32(shape.points_z(center, scale)[0])
    assert (shape.in_units(z_N.astype(np.float64), center, scale)[1_000:] == 0.0).all()
    assert fit(values, column("count"))[2].points == ()


def test_quantiles_on_demand_with_points_beside_them():
    values = np.r_[np.random.default_rng(0).lognormal(size=1_000), np.zeros(400)]
    center, scale, shape = fit(values, column(transform="quantile"))
    z_N = shape.standardise(values, center, scale)
    assert z_N[:1_000].std() == pytest.approx(1.0, abs=0.02)
    np.testing.assert_allclose(shape.in_units(z_N, center, scale), values, rtol=1e-6, atol=1e-9)
    assert fit(values, column())[2].quantiles is None


def test_whole_numbers_from_zero_are_counts():
    assert fit([0.0, 3.0, np.nan], column())[2].is_count
    assert not fit([-1.0, 3.0], column())[2].is_count
    assert not fit([0.5, 3.0], column())[2].is_count
    assert not fit([np.nan, np.nan], column())[2].is_count


def test_json_is_exact_and_plain_shapes_are_empty():
    assert Shape().to_json() == {}
    values = np.r_[np.random.default_rng(0).lognormal(size=1_000), np.zeros(400)]
    center, scale, shape = fit(values, column(transform="quantile"))
    again = Shape.from_json(json.loads(json.dumps(shape.to_json())))
    np.testing.assert_array_equal(again.standardise(values, center, scale), shape.standardise(values, center, scale))
    assert (again.points, again.is_plain, Shape(is_count=True).is_plain) == (shape.points, False, True)


SHAPED = (
    ColumnSpec(name="when", dtype="timestamp", kind="time", role="feature"),
    ColumnSpec(name="turned", dtype="float64", kind="angle", role="feature", unit="deg", minimum=0.0, maximum=360.0),
    ColumnSpec(name="flow", dtype="float64", kind="numeric", role="feature"),
    ColumnSpec(name="skewed", dtype="float64", kind="numeric", role="feature", transform="quantile"),
    ColumnSpec(name="grade", dtype="string", kind="ordinal", role="feature", order=("low", "mid", "high")),
    ColumnSpec(name="stars", dtype="int64", kind="ordinal", role="feature"),
)


def shaped(num_rows: int = 1_000) -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "when": pd.date_range("2023-01-01", periods=num_rows, freq="7h", tz="UTC").astype("datetime64[us, UTC]"),
            "turned": random.uniform(0, 360, num_rows),
            "flow": np.where(random.random(num_rows) < 0.3, 0.0, random.gamma(3.0, size=num_rows)),
            "skewed": random.lognormal(sigma=2.0, size=num_rows),
            "grade": random.choice(["low", "mid", "high"], num_rows),
            "stars": random.choice([1, 2, 10], num_rows),
        }
    )


def test_every_shape_of_column_comes_back():
    frame = shaped()
    frame.loc[3] = None
    frame["stars"] = frame["stars"].astype("float64")
    transform = TableTransform.fit(SHAPED, [frame.iloc[:400], frame.iloc[400:]], max_levels=100)
    transform = TableTransform.from_json(json.loads(json.dumps(transform.to_json(), allow_nan=False)))
    batch = transform.encode(frame)
    assert not batch.observed_NX[3].any()
    assert not batch.values_ND[3].any()
    back = transform.decode(batch.values_ND.numpy(), batch.codes_NC.numpy(), frame.index).drop(index=3)
    frame = frame.drop(index=3)
    assert back.dtypes["when"] == "datetime64[us, UTC]"
    assert (back["when"] - pd.to_datetime(frame["when"], utc=True)).abs().max() <= pd.Timedelta(seconds=3)
    np.testing.assert_allclose(back["turned"], frame["turned"], atol=1e-4)
    assert ((back["flow"] == 0) == (frame["flow"] == 0)).all()
    np.testing.assert_allclose(back["flow"], frame["flow"], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(back["skewed"], frame["skewed"], rtol=1e-2, atol=1e-4)
    assert back["grade"].tolist() == frame["grade"].tolist()
    assert back["stars"].tolist() == frame["stars"].tolist()
    assert transform.levels == (("low", "mid", "high"), ("1", "2", "10"))
