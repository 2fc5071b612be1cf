import numpy as np
import pandas as pd

from vaegis.evaluation.synthetic.around import rows_around


def test_rows_are_like_those_they_are_drawn_around(models, rows):
    idle = rows.test[rows.test["load_kw"] < 40]
    busy = rows.test[rows.test["load_kw"] > 100]
    low, high = (rows_around(models[0], found, 300, 0) for found in (idle, busy))
    assert len(low) == 300
    assert list(low) == models[0].columns
    assert low["load_kw"].mean() < rows.test["load_kw"].mean() < high["load_kw"].mean()
    assert low["load_kw"].min() >= 0.0  # inside the contract's bounds


def test_the_same_seed_gives_the_same_rows_and_they_are_no_copies(models, rows):
    found = rows.test.head(20)
    first, again = (rows_around(models[0], found, 50, 3) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert not np.isin(first["heat_c"], found["heat_c"]).any()
