import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaegis.config.split import SplitConfig
from vaegis.contract import ColumnSpec, TableSchema
from vaegis.data.split import (
    DEALT,
    GAP,
    ROLES,
    assign_roles,
    entity_names,
    normal_rows,
    number_roles,
    require_roles,
)
from vaegis.errors import ConfigError, DataError

SCHEMA = TableSchema(
    service="visits_v1",
    columns=(
        ColumnSpec(name="shop", dtype="string", kind="identifier", role="key"),
        ColumnSpec(name="till", dtype="int64", kind="identifier", role="key"),
        ColumnSpec(name="at", dtype="timestamp", kind="time", role="time"),
        ColumnSpec(name="paid", dtype="float64", kind="numeric", role="feature"),
    ),
)
CONFIG = SplitConfig(test_from="2015-01-01")
BY_ENTITY = SplitConfig(by="entity", test_share=0.25)
ALL_TIMES = pd.Series(pd.date_range("2014-01-01", "2016-01-01", freq="h", tz="UTC", inclusive="left"))
INCIDENT = ["2014-06-04", "2014-06-06"]


def table(times: pd.Series, shops="s", tills=1) -> pd.DataFrame:
    return pd.DataFrame({"shop": shops, "till": tills, "at": times}, index=times.index)


def by_time(times: pd.Series, config: SplitConfig = CONFIG) -> pd.Series:
    return assign_roles(table(times), SCHEMA, config)


def untimed(names) -> pd.DataFrame:
    return table(pd.Series(pd.Timestamp("2000-01-01", tz="UTC"), index=range(len(names))), shops=names)


@pytest.fixture(scope="module")
def roles() -> pd.Series:
    return by_time(ALL_TIMES)


def test_test_rows_are_2015_only_and_2015_is_test_only(roles):
    assert set(roles[ALL_TIMES.dt.year == 2015]) == {"test", GAP}
    assert "test" not in set(roles[ALL_TIMES.dt.year == 2014])


def test_every_season_of_2014_is_in_every_role(roles):
    first_year = ALL_TIMES.dt.year == 2014
    for quarter in (1, 2, 3, 4):
        seen = roles[first_year & (ALL_TIMES.dt.quarter == quarter)].value_counts()
        assert all(seen.get(role, 0) > 24 for role in ("train", "validation", "calibration")), quarter


@pytest.mark.parametrize("hold_out", [[], [INCIDENT], [INCIDENT, ["2014-06-06", "2014-06-06T05:00"]]])
def test_rows_of_different_roles_are_a_day_apart(hold_out):
    roles = by_time(ALL_TIMES, SplitConfig(test_from="2015-01-01", hold_out=hold_out))
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
    pd.testing.assert_series_equal(by_time(some), roles[some.index])


def test_roles_follow_the_index_and_order_of_the_rows(roles):
    shuffled = ALL_TIMES.sample(frac=1.0, random_state=0)
    again = by_time(pd.concat([shuffled, shuffled]))
    assert (again.to_numpy() == np.tile(roles[shuffled.index].to_numpy(), 2)).all()


def test_gap_longer_than_a_block_removes_short_blocks():
    config = SplitConfig(block_days=1, gap_hours=48.0, pattern=["train", "train", "train", "validation", "calibration"])
    roles = by_time(ALL_TIMES[ALL_TIMES.dt.year == 2014], config)
    assert set(roles) == {"train", GAP}


def test_no_gap_when_none_is_asked_for():
    assert GAP not in set(by_time(ALL_TIMES, SplitConfig(test_from="2015-01-01", gap_hours=0.0)))


def test_a_held_out_period_is_test_whole_and_only_its_surroundings_are_cut(roles):
    held = by_time(ALL_TIMES, SplitConfig(test_from="2015-01-01", hold_out=[INCIDENT]))
    start, stop = (pd.Timestamp(word, tz="UTC") for word in INCIDENT)
    day = pd.Timedelta(hours=24)
    inside = ALL_TIMES.between(start, stop, inclusive="left")
    near = ALL_TIMES.between(start - day, stop + day, inclusive="neither")
    assert set(held[inside]) == {"test"}
    assert set(held[near & ~inside]) == {GAP}
    pd.testing.assert_series_equal(held[~near], roles[~near])


def test_held_out_periods_alone_can_be_the_test():
    roles = by_time(ALL_TIMES, SplitConfig(hold_out=[INCIDENT]))
    assert (roles == "test").sum() == 48
    require_roles(roles.value_counts())


def test_entities_keep_together_whatever_their_time():
    shops = np.repeat([f"shop {number}" for number in range(60)], len(ALL_TIMES) // 60 + 1)[: len(ALL_TIMES)]
    rows = table(ALL_TIMES, shops=np.random.default_rng(0).permutation(shops))
    roles = assign_roles(rows, SCHEMA, BY_ENTITY)
    assert (roles.groupby(rows["shop"]).nunique() == 1).all()
    assert set(roles) == set(ROLES)


def test_shares_of_entities_are_as_asked():
    roles = assign_roles(untimed([f"row {number:06d}" for number in range(20_000)]), SCHEMA, BY_ENTITY)
    share = roles.value_counts(normalize=True)
    expected = {"test": 0.25, "train": 0.45, "validation": 0.15, "calibration": 0.15}
    assert {role: share[role] for role in ROLES} == pytest.approx(expected, abs=0.01)


def test_roles_of_entities_are_the_same_on_every_machine():
    roles = assign_roles(untimed(["a", "b", "c", "d", "e", "f"]), SCHEMA, BY_ENTITY)
    assert roles.tolist() == ["calibration", "train", "calibration", "train", "validation", "validation"]


def test_numbers_of_roles_are_their_places_among_those_dealt(roles):
    number_N = number_roles(table(ALL_TIMES), SCHEMA, CONFIG)
    assert number_N.dtype == np.int8
    assert [DEALT[number] for number in number_N] == roles.tolist()


def test_a_held_out_period_is_test_by_entity_too():
    rows = table(ALL_TIMES, tills=np.arange(len(ALL_TIMES)))
    config = SplitConfig(by="entity", hold_out=[INCIDENT])
    inside = ALL_TIMES.between(*INCIDENT, inclusive="left")
    assert set(assign_roles(rows, SCHEMA, config)[inside]) == {"test"}


@st.composite
def splits(draw):
    """Any split: both ways, odd shares, one or two held-out periods."""
    hours = draw(st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 400)), max_size=2))
    first = pd.Timestamp("2014-01-01")
    periods = [(first + pd.Timedelta(hours=a), first + pd.Timedelta(hours=a + length)) for a, length in hours]
    return SplitConfig(
        by=draw(st.sampled_from(["time", "entity"])),
        test_from=draw(st.sampled_from(["", "2014-05-01"])),
        test_share=draw(st.sampled_from([0.0, 0.1, 0.5])),
        hold_out=[[start.isoformat(), stop.isoformat()] for start, stop in periods],
        gap_hours=draw(st.sampled_from([0.0, 5.0, 24.0])),
        pattern=draw(st.lists(st.sampled_from(ROLES[:3]), min_size=1, max_size=4)),
    )


@st.composite
def tables(draw):
    """Rows of some shops at some hours of 2014, any order, times and names repeated."""
    size = draw(st.integers(2, 40))
    names = st.text(string.ascii_letters + "| é", min_size=1, max_size=4)
    hours = draw(st.lists(st.integers(0, 5000), min_size=size, max_size=size))
    times = pd.Series(pd.Timestamp("2014-01-01", tz="UTC") + pd.to_timedelta(hours, unit="h"))
    return table(times, shops=draw(st.lists(names, min_size=size, max_size=size)))


@settings(max_examples=60, deadline=None)
@given(rows=tables(), config=splits(), data=st.data())
def test_every_row_has_one_role_whatever_else_was_pulled(rows, config, data):
    roles = assign_roles(rows, SCHEMA, config)
    assert roles.index.equals(rows.index)
    assert set(roles) <= {*config.pattern, "test", GAP}
    some = data.draw(st.lists(st.sampled_from(list(rows.index)), min_size=1, unique=True))
    pd.testing.assert_series_equal(assign_roles(rows.loc[some], SCHEMA, config), roles[some])
    for start, stop in config.hold_out:
        first, last = (pd.Timestamp(word, tz="UTC") for word in (start, stop))
        assert set(roles[rows["at"].between(first, last, inclusive="left")]) <= {"test"}
    if config.by == "entity" and not config.hold_out:
        assert (roles.groupby(entity_names(rows, SCHEMA.keys)).nunique() == 1).all()


@pytest.mark.parametrize(("keys", "name"), [(["a"], "1"), (["a", "b"], "1|x")])
def test_entities_are_named_by_their_keys(keys, name):
    assert entity_names(pd.DataFrame({"a": [1], "b": ["x"]}), keys).tolist() == [name]


def test_empty_role_is_named():
    with pytest.raises(DataError, match=r"leaves no calibration rows .*at least 10"):
        require_roles({"train": 50, "validation": 10, "test": 10}, ROLES)


def test_thirty_rows_are_too_few():
    roles = assign_roles(untimed([f"row {number}" for number in range(30)]), SCHEMA, BY_ENTITY)
    with pytest.raises(DataError, match=r"too few rows: the split leaves \d+ train rows .*at least 50"):
        require_roles(roles.value_counts())


def test_wrong_date_is_named():
    with pytest.raises(DataError, match=r"split\.test_from is 'soon'"):
        by_time(ALL_TIMES, SplitConfig(test_from="soon"))


@pytest.mark.parametrize(
    ("period", "message"), [(["soon", "later"], "hold_out is 'soon'"), (INCIDENT[::-1], "period from 2014-06-06 to")]
)
def test_wrong_period_is_named(period, message):
    with pytest.raises(DataError, match=message):
        by_time(ALL_TIMES, SplitConfig(hold_out=[period]))


def test_half_a_period_is_named():
    with pytest.raises(ConfigError, match="times of a period"):
        SplitConfig(hold_out=[["2014-06-04"]])


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
