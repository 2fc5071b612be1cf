import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from tests.fixtures.known_generators import COLUMNS, SDMETRICS_COLUMNS, leaking, rows, sdmetrics_frames
from vaegis.evaluation.synthetic.shapes import Amounts, Levels, column_shapes

# SDMetrics 0.32, QualityReport on tests/fixtures/sdmetrics_rows.csv.
REFERENCE = {
    "x": 0.7410714285714286,
    "y": 0.7357142857142858,
    "w": 0.8961522965350524,
    "group": 0.7839285714285714,
    "side": 0.8326673326673326,
    "flag": 0.9339285714285714,
}


def test_equal_to_sdmetrics():
    shapes = column_shapes(*sdmetrics_frames(), SDMETRICS_COLUMNS).set_index("column")["shape"]
    assert shapes.to_dict() == pytest.approx(REFERENCE, abs=1e-9)
    assert shapes.mean() == pytest.approx(0.8205770810575403, abs=1e-9)


def test_sdmetrics_itself_agrees_where_it_is_installed():
    metrics = pytest.importorskip("sdmetrics.single_column")
    real, made = sdmetrics_frames()
    shapes = column_shapes(real, made, SDMETRICS_COLUMNS).set_index("column")["shape"]
    for column in SDMETRICS_COLUMNS:
        judge = metrics.TVComplement if column.is_discrete else metrics.KSComplement
        assert shapes[column.name] == pytest.approx(judge.compute(real[column.name], made[column.name]), abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_chunks_give_the_exact_kolmogorov_smirnov_distance(seed):
    random = np.random.default_rng(seed)
    here = random.normal(size=random.integers(1, 60)).round(seed % 3)
    there = random.normal(0.3, 1.2, size=random.integers(1, 60)).round(seed % 3)
    shape = Amounts(pd.Series(here))
    for part in np.array_split(there, 4):
        shape.count(pd.Series(part))
    assert shape.score() == pytest.approx(1.0 - ks_2samp(here, there).statistic, abs=1e-12)


def test_a_stream_is_the_whole_table():
    real, made = rows(500, 0), leaking(rows(300, 1), 400, 0.5, 2)
    whole = column_shapes(real, made, COLUMNS)
    pd.testing.assert_frame_equal(column_shapes(real, iter([made.iloc[:100], made.iloc[100:]]), COLUMNS), whole)
    assert column_shapes(real, real, COLUMNS)["shape"].tolist() == [1.0] * 5


def test_disjoint_columns_score_zero():
    real = rows(50, 0)
    shapes = column_shapes(real, real.assign(a=1e6, group="other"), COLUMNS).set_index("column")["shape"]
    assert (shapes["a"], shapes["group"], shapes["b"]) == (0.0, 0.0, 1.0)


def test_nothing_to_compare_is_nan():
    empty = pd.Series([np.nan, np.nan])
    shape = Amounts(pd.Series([1.0]))
    shape.count(empty)
    assert np.isnan(shape.score())
    assert np.isnan(Levels(pd.Series([None], dtype=object)).score())
