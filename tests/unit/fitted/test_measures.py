import numpy as np
import pytest


@pytest.fixture
def frame(make_machines):
    return make_machines(30, seed=2)


def test_contributions_are_by_column_and_none_where_missing(fitted_machines, frame):
    frame.loc[4, "heat_c"] = np.nan
    told = fitted_machines.contributions(frame)
    assert list(told) == fitted_machines.columns
    assert told.loc[4, "heat_c"] == 0.0
    assert told.drop(columns="heat_c").loc[4].ne(0.0).all()


def test_expected_columns_are_numbers_and_levels(fitted_machines, frame):
    told = fitted_machines.expect(frame)
    assert list(told) == fitted_machines.columns
    assert set(told.dtypes.map(str)) == {"float64", "object"}
    rebuilt = fitted_machines.reconstruct(frame)
    assert rebuilt["parts"].equals(told["parts"].astype("int64"))


def test_a_wrong_rows_latent_tells_less(fitted_machines, frame):
    told = fitted_machines.decoding(frame, seed=1)
    assert told.index.equals(frame.index)
    assert told["rise"].mean() > 0.0
    assert told.equals(fitted_machines.decoding(frame, seed=1))
    assert not told.equals(fitted_machines.decoding(frame, seed=2))
