import numpy as np
import pandas as pd
import pytest

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.evaluation.synthetic.pair_counts import MOST_LEVELS, Coder, count_pairs, ranges


def test_chunks_count_what_the_whole_table_holds():
    frame = rows(500, 0)
    frame.loc[::7, "b"] = np.nan
    coder = Coder.of(COLUMNS, frame)
    counts = count_pairs([frame.iloc[:200], frame.iloc[200:]], coder)
    assert counts.rows == 500
    assert counts.joint["group", "side"].sum() == 500
    table = pd.crosstab(frame["group"], frame["side"])
    assert sorted(counts.joint["group", "side"].ravel())[-4:] == sorted(table.to_numpy().ravel())
    assert counts.correlation("a", "b") == pytest.approx(frame["a"].corr(frame["b"]), abs=1e-12)


def test_correlation_far_from_zero_keeps_its_digits():
    frame = rows(500, 0)
    frame["a"], frame["b"] = 1e9 + frame["a"], 1e6 * frame["b"]
    counts = count_pairs([frame], Coder.of(COLUMNS, frame))
    assert counts.correlation("a", "b") == pytest.approx(np.corrcoef(frame["a"], frame["b"])[0, 1], abs=1e-9)


def test_what_does_not_vary_has_no_correlation():
    frame = rows(50, 0).assign(a=5.0)
    assert np.isnan(count_pairs([frame], Coder.of(COLUMNS, frame)).correlation("a", "b"))
    lone = rows(1, 0)
    assert np.isnan(count_pairs([lone], Coder.of(COLUMNS, lone)).correlation("b", "c"))


def test_anchored_bins_take_values_beyond_the_range_in():
    frame = rows(100, 0)
    coder = Coder.of(COLUMNS, frame)
    far = pd.Series([frame["a"].min() - 9, frame["a"].max() + 9, np.nan])
    assert coder.codes(far, COLUMNS[0]).tolist() == [0, 11, 11]
    assert coder.anchored().codes(far, COLUMNS[0]).tolist() == [1, 10, 11]


def test_levels_beyond_the_most_frequent_are_one():
    names = [f"l{number}" for number in range(MOST_LEVELS + 20)]
    frame = pd.DataFrame({"group": names, "side": "up", "a": 0.0, "b": 0.0, "c": 0.0})
    coder = Coder.of(COLUMNS, frame)
    codes = coder.codes(pd.Series([*names, None]), COLUMNS[3])
    assert coder.width(COLUMNS[3]) == MOST_LEVELS + 2
    assert (codes == MOST_LEVELS).sum() == 20
    assert codes[-1] == MOST_LEVELS + 1


def test_ranges_of_chunks_and_of_nothing():
    frame = pd.DataFrame({"a": [0.0, 10.0, np.nan], "b": np.nan})
    edges = ranges([frame.iloc[:1], frame.iloc[1:]], ["a", "b"])
    np.testing.assert_allclose(edges["a"], np.linspace(0, 10, 11))
    assert len(edges["b"]) == 11
