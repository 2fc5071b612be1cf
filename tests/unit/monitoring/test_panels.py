from types import SimpleNamespace

import numpy as np
import pandas as pd

from vaegis.config.reference import ReferenceConfig
from vaegis.monitoring.panels import Panel, counts_BK

CONFIG = ReferenceConfig(bins=4, min_level_rows=3)
NUMBER, LEVEL = (SimpleNamespace(name="x", is_discrete=is_discrete) for is_discrete in (False, True))


def test_a_number_is_cut_at_its_quantiles_and_missing_ones_stand_apart():
    panel = Panel.fit(NUMBER, pd.Series(np.arange(100.0)), CONFIG)
    codes = panel.code_N(pd.Series([-5.0, 30.0, 60.0, 1e9, np.nan]))
    assert codes.tolist() == [0, 1, 2, 3, 4]
    assert panel.bins == 5


def test_many_equal_values_make_fewer_bins():
    panel = Panel.fit(NUMBER, pd.Series([0.0] * 90 + [1.0] * 10), CONFIG)
    assert panel.code_N(pd.Series([0.0, 1.0])).tolist() == [1, 1]
    assert panel.bins == 3


def test_rare_and_new_levels_are_other():
    panel = Panel.fit(LEVEL, pd.Series(["a"] * 5 + ["b"] * 4 + ["of one person"]), CONFIG)
    assert panel.levels == ("a", "b")
    assert panel.code_N(pd.Series(["b", "a", "of one person", "new", None])).tolist() == [1, 0, 2, 2, 3]


def test_a_column_without_values_is_all_missing():
    panel = Panel.fit(NUMBER, pd.Series([np.nan] * 5), CONFIG)
    assert panel.code_N(pd.Series([np.nan, 1.0])).tolist() == [1, 0]


def test_it_comes_back_from_json():
    for column, values in ((NUMBER, pd.Series(np.arange(9.0))), (LEVEL, pd.Series(["a"] * 9))):
        panel = Panel.fit(column, values, CONFIG)
        assert Panel.from_json(panel.to_json()) == panel


def test_counts_by_block():
    assert counts_BK(np.array([0, 1, 1, 0]), np.array([0, 0, 1, -1]), 2, 2).tolist() == [[1.0, 1.0], [0.0, 1.0]]
