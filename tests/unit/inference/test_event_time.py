import numpy as np
import pandas as pd

from vaegis.inference.event_time import cadence, rank_times
from vaegis.inference.profile import profile, sampled_rows

DAYS = pd.Series(pd.date_range("2024-01-01", periods=100, tz="UTC"))


def columns(**values):
    return [profile(pd.Series(item, name=name), sampled_rows(len(item))) for name, item in values.items()]


def test_the_name_decides_between_times():
    likely, unlikely = rank_times(columns(birth_date=DAYS, shipped=DAYS, measured=DAYS, timestamp=DAYS))
    assert likely[0] == "timestamp"
    assert set(unlikely) == {"birth_date", "shipped"}


def test_a_time_with_gaps_is_none():
    assert rank_times(columns(date=DAYS.where(DAYS.index > 0))) == ([], [])


def test_of_equal_names_the_first_is_taken():
    assert rank_times(columns(date_on=DAYS, date_off=DAYS))[0] == ["date_on", "date_off"]


def test_cadence_is_the_step_within_an_entity():
    times = pd.Series(np.tile(DAYS, 3))
    codes = np.repeat([0, 1, 2], len(DAYS))
    assert cadence(times, codes) == 86_400.0
    shuffled = np.random.default_rng(0).permutation(300)
    assert cadence(times.iloc[shuffled].reset_index(drop=True), codes[shuffled]) == 86_400.0


def test_gaps_and_twins_leave_a_cadence():
    times = pd.concat([DAYS.drop([50, 51, 70]), DAYS[10:12]])
    assert cadence(times, np.zeros(len(times), dtype=int)) == 86_400.0


def test_irregular_steps_have_none():
    rng = np.random.default_rng(0)
    times = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(np.cumsum(rng.exponential(60.0, 200)), unit="s")
    assert cadence(pd.Series(times), np.zeros(200, dtype=int)) is None
    weekdays = DAYS[DAYS.dt.dayofweek < 5]
    assert cadence(weekdays, np.zeros(len(weekdays), dtype=int)) is None


def test_rows_that_stand_alone_have_none():
    assert cadence(DAYS, np.arange(100)) is None
