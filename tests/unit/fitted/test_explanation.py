import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def frame(make_machines) -> pd.DataFrame:
    rows = make_machines(40, seed=6)
    rows.loc[0, "heat_c"] = 400.0
    rows.loc[1, "load_kw"] = -5_000.0
    return rows


def test_the_guilty_column_comes_first_with_its_numbers(fitted_machines, frame):
    told = fitted_machines.explain(frame, top=2)
    assert list(told) == ["column", "contribution", "observed", "expected", "low", "high"]
    assert told.index.tolist() == list(np.repeat(frame.index, 2))
    first = told.loc[0].iloc[0]
    assert (first["column"], first["observed"]) == ("heat_c", 400.0)
    assert first["contribution"] > 3
    assert first["low"] < first["expected"] < first["high"] < 400.0
    assert told.loc[1].iloc[0]["column"] == "load_kw"


def test_contributions_are_sorted_and_add_up(fitted_machines, frame):
    told = fitted_machines.explain(frame, top=6)
    assert all((np.diff(part["contribution"]) <= 0).all() for _, part in told.groupby(level=0))
    usual = pd.Series(fitted_machines.calibration.column_median_X, index=fitted_machines.batch_columns)
    expected = fitted_machines.column_nll(frame) - usual * frame[usual.index].notna()
    np.testing.assert_allclose(told.groupby(level=0)["contribution"].sum(), expected.sum(axis=1), rtol=1e-6)


def test_levels_have_an_expected_level_and_no_band(fitted_machines, frame):
    told = fitted_machines.explain(frame, top=6)
    levels = told[told["column"] == "mode"]
    assert set(levels["expected"]) <= {"fast", "slow"}
    assert levels[["low", "high"]].isna().all(axis=None)


def test_missing_cells_are_not_blamed(fitted_machines, frame):
    told = fitted_machines.explain(frame.assign(heat_c=np.nan, mode="reverse"), top=6)
    assert told[told["column"].isin(["heat_c", "mode"])]["contribution"].eq(0).all()


def test_repeated_index_labels_are_explained_row_by_row(fitted_machines, frame):
    repeated = frame.set_axis([0] * len(frame))
    told = fitted_machines.explain(repeated, top=1)
    expected = fitted_machines.explain(frame, top=1)
    assert len(told) == len(frame)
    pd.testing.assert_frame_equal(told.reset_index(drop=True), expected.reset_index(drop=True))
