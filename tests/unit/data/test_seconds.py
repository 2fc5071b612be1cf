import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from vaegis.data.seconds import as_numbers, as_times, in_utc


@given(seconds=st.lists(st.integers(-62_135_596_800, 253_402_300_799), max_size=5))
def test_times_come_back(seconds):
    times = as_times(np.asarray(seconds, dtype=np.float64))
    assert str(times.dtype) == "datetime64[us, UTC]"
    assert as_numbers(times).tolist() == seconds


def test_zones_and_gaps():
    times = pd.Series(pd.to_datetime(["1970-01-01T01:00:00+01:00", None], utc=True))
    assert as_numbers(times.dt.tz_convert("Europe/Paris"))[0] == 0.0
    assert np.isnan(as_numbers(times)[1])
    assert as_times(np.array([np.nan, np.inf])).isna().all()


def test_numbers_stay_and_wild_times_have_a_name():
    assert as_numbers(pd.Series([1, 2])).tolist() == [1.0, 2.0]
    assert as_times(np.array([1e30])).dt.year.tolist() == [9999]
    assert as_times(np.array([0.6])).iloc[0] == pd.Timestamp("1970-01-01T00:00:01Z")


def test_times_of_any_zone_or_none_are_told_in_utc():
    times = pd.Series(pd.date_range("2014-03-30", periods=9, freq="h", tz="UTC"))
    for same in (times, times.dt.tz_convert("Europe/Paris"), times.dt.tz_localize(None), times.astype(str)):
        pd.testing.assert_series_equal(in_utc(same), times)
