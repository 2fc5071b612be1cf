import numpy as np
import pandas as pd
import pytest

from vaegis.inference.leaks import auroc, find_leaks

rng = np.random.default_rng(0)
N = 4000
MARKS = (rng.random(N) < 0.05).astype(float)
IS = MARKS == 1.0
MIDDLE = np.where(IS, rng.uniform(-0.1, 0.1, N), rng.choice([-1, 1], N) * rng.uniform(0.5, 1.0, N))
CASES = {
    "its size": MARKS * 10.0 + rng.normal(size=N),
    "its size, the other way round": -MARKS * 10.0 + rng.normal(size=N),
    "its size, in the middle": MIDDLE,
    "its level": np.where(IS, "bad", rng.choice(["a", "b"], N)),
    "its absence": np.where(IS, np.nan, rng.normal(size=N)),
    "its presence": pd.Series(np.where(IS, "ticket", None), dtype=object),
}


@pytest.mark.parametrize("case", CASES)
def test_a_telling_column_is_found(case):
    frame = pd.DataFrame({"x": CASES[case]})
    assert [leak.name for leak in find_leaks(frame, ["x"], MARKS)] == ["x"]


def test_good_sensors_and_many_levels_are_no_leaks():
    frame = pd.DataFrame({"sensor": MARKS * 2.0 + rng.normal(size=N), "serial": [f"s{i}" for i in range(N)]})
    assert find_leaks(frame, frame.columns, MARKS) == []


def test_a_handful_of_marks_proves_nothing():
    few = np.zeros(N)
    few[:10] = 1.0
    assert find_leaks(pd.DataFrame({"x": few}), ["x"], few) == []


def test_rows_without_a_mark_are_left_out():
    unknown = MARKS.copy()
    unknown[::2] = np.nan
    assert find_leaks(pd.DataFrame({"x": MARKS}), ["x"], unknown)[0].auroc == 1.0


def test_auroc_counts_ties_half():
    is_marked = np.array([True, True, False, False])
    assert auroc(np.array([2.0, 1.0, 1.0, 0.0]), is_marked) == 0.875
    assert auroc(np.zeros(4), is_marked) == 0.5
