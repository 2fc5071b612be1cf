import numpy as np
import pytest

from vaegis.evaluation.detection.histogram import BINS, histogram_table

NORMAL = np.linspace(0.0, 100.0, 10_001)


def test_bins_are_even_from_the_lowest_to_three_times_the_99th_percentile_from_the_middle():
    table = histogram_table(NORMAL, NORMAL)
    width = np.diff(table["score"])
    assert len(table) == BINS
    assert width == pytest.approx(width[0])
    assert table["score"].iloc[-1] + width[0] / 2 == pytest.approx(50.0 + 3.0 * 49.0)


def test_shares_of_rows_sum_to_one_each():
    table = histogram_table(NORMAL, np.array([10.0, 1e9, -1e9]))
    assert table["normal"].sum() == pytest.approx(1.0)
    assert table["faults"].sum() == pytest.approx(1.0)


def test_the_outermost_bins_take_all_beyond():
    table = histogram_table(NORMAL, np.array([-1e9, -1e9, 1e9, 60.0]))
    assert table["faults"].iloc[0] == 0.5
    assert table["faults"].iloc[-1] == 0.25
    inside = table[table["faults"] > 0]["score"].to_numpy()[1]
    assert inside == pytest.approx(60.0, abs=np.diff(table["score"])[0] / 2)


def test_equal_scores_still_have_bins():
    table = histogram_table(np.full(50, 7.0), np.full(5, 8.0))
    assert table["normal"].sum() == pytest.approx(1.0)
    assert table["faults"].iloc[-1] == 1.0
    assert (np.diff(table["score"]) > 0).all()
