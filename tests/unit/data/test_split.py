import numpy as np
import pandas as pd
import pytest

from vaegis.config.split import SplitConfig
from vaegis.data.split import GAP, ROLES, assign_roles, normal_rows, require_roles
from vaegis.errors import DataError

CONFIG = SplitConfig()
ALL_TIMES = pd.Series(pd.date_range("2014-01-01", "2016-01-01", freq="h", tz="UTC", inclusive="left"))


@pytest.fixture(scope="module")
def roles() -> pd.Series:
    return assign_roles(ALL_TIMES, CONFIG)


def test_test_rows_are_2015_only_and_2015_is_test_only(roles):
    assert set(roles[ALL_TIMES.dt.year == 2015]) == {"test", GAP}
    assert "test" not in set(roles[ALL_TIMES.dt.year == 2014])


def test_every_season_of_2014_is_in_every_role(roles):
    first_year = ALL_TIMES.dt.year == 2014
    for quarter in (1, 2, 3, 4):
        seen = roles[first_year & (ALL_TIMES.dt.quarter == quarter)].value_counts()
        assert all(seen.get(role, 0) > 24 for role in ("train", "validation", "calibration")), quarter


def test_rows_of_different_roles_are_a_day_apart(roles):
    kept = roles[roles != GAP]
    times = ALL_TIMES[kept.index]
    changes = kept.to_numpy()[1:] != kept.to_numpy()[:-1]
    distance = times.diff().iloc[1:][changes]
    assert changes.sum() > 40
    assert distance.min() >= pd.Timedelta(hours=CONFIG.gap_hours)


def test_gap_is_only_before_another_role(roles):
    """Two training blocks in a row need no gap: 24 h are cut after each change of role, no more."""
    blocks_2014 = 53
    assert (roles == GAP).sum() <= 24 * blocks_2014 * 0.8 + 24


@pytest.mark.parametrize("seed", range(5))
def test_role_of_a_row_does_not_depend_on_which_days_were_pulled(roles, seed):
    days = ALL_TIMES.dt.floor("D")
    chosen = np.random.default_rng(seed).choice(days.unique(), size=60, replace=False)
    some = ALL_TIMES[days.isin(chosen)]
    pd.testing.assert_series_equal(assign_roles(some, CONFIG), roles[some.index])


def test_roles_follow_the_index_and_order_of_the_rows(roles):
    shuffled = ALL_TIMES.sample(frac=1.0, random_state=0)
    again = assign_roles(pd.concat([shuffled, shuffled]), CONFIG)
    assert (again.to_numpy() == np.tile(roles[shuffled.index].to_numpy(), 2)).all()


def test_gap_longer_than_a_block_removes_short_blocks():
    config = SplitConfig(block_days=1, gap_hours=48.0, pattern=["train", "train", "train", "validation", "calibration"])
    roles = assign_roles(ALL_TIMES[ALL_TIMES.dt.year == 2014], config)
    assert set(roles) == {"train", GAP}


def test_no_gap_when_none_is_asked_for():
    assert GAP not in set(assign_roles(ALL_TIMES, SplitConfig(gap_hours=0.0)))


def test_empty_role_is_named():
    with pytest.raises(DataError, match="leaves no calibration rows"):
        require_roles(pd.Series(["train", "validation", "test"]), ROLES)


def test_wrong_date_is_named():
    with pytest.raises(DataError, match=r"split\.test_from is 'soon'"):
        assign_roles(ALL_TIMES, SplitConfig(test_from="soon"))


@pytest.mark.parametrize(
    ("marks", "normal"),
    [
        ([True, None, False], [False, True, True]),
        ([1.0, np.nan, 0.0], [False, True, True]),
        (pd.array([True, None, False], dtype="boolean"), [False, True, True]),
    ],
)
def test_missing_label_marks_nothing(marks, normal):
    frame = pd.DataFrame({"stopped": marks, "lost": [False, False, False]})
    assert normal_rows(frame, ["stopped", "lost"]).tolist() == normal
