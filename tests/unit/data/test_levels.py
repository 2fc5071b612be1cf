from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaegis.contract import ColumnSpec
from vaegis.data.levels import RARE, choose_levels, has_rest, order_levels
from vaegis.data.transform import TableTransform
from vaegis.errors import DataError

COLUMNS = (
    ColumnSpec(name="level", dtype="string", kind="category", role="feature"),
    ColumnSpec(name="code", dtype="int64", kind="category", role="feature"),
    ColumnSpec(name="on", dtype="bool", kind="binary", role="feature"),
)


def fit(frame: pd.DataFrame, max_levels: int = 100) -> TableTransform:
    return TableTransform.fit(COLUMNS, [frame], max_levels=max_levels)


COUNTS = st.dictionaries(st.text(max_size=3), st.integers(1, 9), min_size=1, max_size=12)


@given(counts=COUNTS, max_levels=st.integers(1, 12))
def test_no_level_that_is_left_out_is_more_frequent_than_one_that_is_kept(counts, max_levels):
    levels = choose_levels(Counter(counts), max_levels)
    kept = levels[:-1] if has_rest(levels) else levels
    assert has_rest(levels) == (len(counts) > max_levels)
    assert len(kept) == min(max_levels, len(counts))
    assert list(kept) == sorted(kept)
    left = [counts[level] for level in counts if level not in kept]
    assert max(left, default=0) <= min(counts[level] for level in kept)


@pytest.mark.parametrize("order", [["b", "a", "c"], ["c", "b", "a"]])
def test_ties_are_broken_by_name(order):
    assert choose_levels(Counter(dict.fromkeys(order, 2)), 2) == ("a", "b", RARE)


def test_no_level_at_all_has_no_rest():
    assert choose_levels(Counter(), 5) == ()
    assert not has_rest(())


NAMES = pd.Series(["often"] * 30 + ["some"] * 20 + [f"once {n:02d}" for n in range(50)])
CODES = pd.Series([5] * 50 + list(range(100, 150)))


@pytest.fixture
def crowded():
    """Columns `level` and `code` of 52 and 51 levels, most of them seen once."""
    return pd.DataFrame({"level": NAMES, "code": CODES, "on": [True, False, True, True, False] * 20})


def test_the_most_frequent_levels_are_kept_and_the_others_share_one(crowded):
    transform = fit(crowded, max_levels=3)
    assert transform.levels[0] == ("often", "once 00", "some", RARE)
    assert transform.levels[1] == ("100", "101", "5", RARE)
    assert transform.levels[2] == ("0", "1")
    batch = transform.encode(crowded)
    assert batch.codes_NC[[0, 50, 51], 0].tolist() == [1, 2, 4]
    assert batch.observed_NX.numpy().all()


def test_unseen_levels_join_the_rest_and_missing_ones_do_not(crowded):
    rows = crowded.head(3).assign(level=["new", None, "often"], code=[999, 5, 100])
    assert fit(crowded, max_levels=3).encode(rows).codes_NC[:, :2].tolist() == [[4, 4], [0, 3], [1, 1]]


def test_the_rest_decodes_to_a_name_of_its_own_or_to_no_number(crowded):
    transform = fit(crowded, max_levels=3)
    batch = transform.encode(crowded.tail(2))
    back = transform.decode(batch.values_ND.numpy(), batch.codes_NC.numpy())
    assert back["level"].tolist() == [RARE, RARE]
    assert back["code"].isna().all()
    seen = transform.as_levels(crowded.tail(1))
    assert (seen["level"].tolist(), seen["code"].isna().tolist(), seen["on"].tolist()) == ([RARE], [True], ["0"])
    assert transform.as_levels(crowded.head(1)).iloc[0].tolist() == ["often", "5", "1"]


def test_a_real_level_of_that_name_is_taken_for_the_rest():
    frame = pd.DataFrame({"level": [RARE, "a", "b", "zebra", None], "code": 1, "on": True})
    transform = fit(frame)
    assert transform.levels[0] == ("a", "b", "zebra", RARE)
    assert transform.encode(frame.assign(level="new")).codes_NC[:, 0].tolist() == [4] * 5


def test_as_many_levels_as_allowed_have_no_rest(crowded):
    assert fit(crowded, max_levels=52).levels[0] == tuple(sorted(NAMES.unique()))


def test_levels_in_order_are_those_seen_in_the_contract_s_order_or_by_number():
    grade = ColumnSpec(name="grade", dtype="string", kind="ordinal", role="feature", order=("low", "mid", "high"))
    assert order_levels({"high": 3, "low": 1}, grade, 5) == ("low", "high")
    stars = ColumnSpec(name="stars", dtype="int64", kind="ordinal", role="feature")
    assert order_levels({"10": 1, "9": 1, "-1": 2}, stars, 5) == ("-1", "9", "10")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dtype": "string", "order": ()}, "ordinal column 'x' is of words, whose order nobody has said"),
        ({"dtype": "string", "order": ("a",)}, "ordinal column 'x' holds 'b'; allowed: a; change: its tag order"),
        ({"dtype": "string", "order": tuple("abc")}, "ordinal column 'x' has 3 levels; allowed: at most 2"),
    ],
)
def test_levels_without_an_order_are_refused(change, message):
    column = ColumnSpec(name="x", kind="ordinal", role="feature", **change)
    with pytest.raises(DataError, match=message):
        TableTransform.fit([column], [pd.DataFrame({"x": list("abcab")})], max_levels=2)
