import numpy as np
import pytest

from tests.fixtures.known_generators import COLUMNS, SDMETRICS_COLUMNS, rows, sdmetrics_frames
from vaegis.evaluation.synthetic.trends import cramer, pair_trends, trend_score

# SDMetrics 0.32 on tests/fixtures/sdmetrics_rows.csv: ColumnPairTrends, and what the QualityReport makes of it.
REFERENCE = {
    ("x", "y"): 0.9868589990189052,
    ("x", "w"): 0.8832323072862674,
    ("x", "group"): 0.6973214285714286,
    ("x", "side"): 0.7142857142857144,
    ("x", "flag"): 0.8008928571428572,
    ("y", "w"): 0.9655346724912424,
    ("y", "group"): 0.6669642857142858,
    ("y", "side"): 0.7625,
    ("y", "flag"): 0.7776785714285714,
    ("w", "group"): 0.6625000000000001,
    ("w", "side"): 0.6821428571428572,
    ("w", "flag"): 0.8419642857142857,
    ("group", "side"): 0.7205357142857143,
    ("group", "flag"): 0.7821428571428571,
    ("side", "flag"): 0.8125,
}
ASSOCIATED = {("x", "y"), ("x", "side"), ("y", "side"), ("w", "flag")}


def test_equal_to_sdmetrics():
    pairs = pair_trends(*sdmetrics_frames(), SDMETRICS_COLUMNS).set_index(["first", "second"])
    assert pairs["score"].to_dict() == pytest.approx(REFERENCE, abs=1e-9)
    assert set(pairs.index[pairs["associated"]]) == ASSOCIATED
    assert trend_score(pairs) == pytest.approx(0.8264022497547263, abs=1e-9)
    assert trend_score(pairs, every=True) == pytest.approx(0.7838036366816657, abs=1e-9)


def test_sdmetrics_itself_agrees_where_it_is_installed():
    properties = pytest.importorskip("sdmetrics.reports.single_table._properties")
    real, made = sdmetrics_frames()
    kinds = {c.name: {"sdtype": "categorical" if c.is_discrete else "numerical"} for c in SDMETRICS_COLUMNS}
    theirs = properties.ColumnPairTrends().get_score(real, made, {"columns": kinds})
    assert trend_score(pair_trends(real, made, SDMETRICS_COLUMNS), every=True) == pytest.approx(theirs, abs=1e-9)


def test_a_stream_is_the_whole_table():
    real, made = rows(400, 0), rows(300, 1)
    whole = pair_trends(real, made, COLUMNS)
    parts = pair_trends(real, lambda: iter([made.iloc[:100], made.iloc[100:]]), COLUMNS)
    np.testing.assert_allclose(parts["score"], whole["score"], atol=1e-12)
    assert trend_score(pair_trends(real, real, COLUMNS)) == pytest.approx(1.0, abs=1e-12)


def test_one_extreme_row_moves_the_scores_unless_they_are_anchored():
    real, made = rows(2_000, 0), rows(2_000, 1)
    made.loc[0, "a"] = 1_000.0
    levels = [("a", "group"), ("a", "side")]
    own = pair_trends(real, made, COLUMNS).set_index(["first", "second"]).loc[levels, "score"]
    anchored = pair_trends(real, made, COLUMNS, anchored=True).set_index(["first", "second"]).loc[levels, "score"]
    assert own.max() < 0.5
    assert anchored.min() > 0.9


def test_columns_that_do_not_vary_have_no_score():
    real = rows(100, 0).assign(a=1.0, group="one")
    pairs = pair_trends(real, real, COLUMNS).set_index(["first", "second"])
    assert np.isnan(pairs.loc[("a", "b"), "score"])
    assert not pairs.loc[("group", "side"), "associated"]
    assert np.isnan(trend_score(pair_trends(real, real.iloc[:0], COLUMNS)))
    assert np.isnan(cramer(np.array([[3, 4], [0, 0]])))
    assert cramer(np.array([[5, 0], [0, 5]])) == pytest.approx(1.0)
