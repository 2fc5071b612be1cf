import numpy as np
import pytest

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.synthetic.trees import MOST_LEVELS, TreeInputs


def test_amounts_stay_and_levels_become_codes():
    frame = rows(50, 0)
    inputs = TreeInputs.fit(frame, COLUMNS)
    frame.loc[0, "a"], frame.loc[0, "group"], frame.loc[1, "group"] = np.nan, None, "never seen"
    matrix = inputs.matrix(frame)
    assert matrix.shape == (50, 5)
    assert np.isnan(matrix[0, [0, 3]]).all()
    assert np.isnan(matrix[1, 3])
    assert set(matrix[2:, 3]) == {0.0, 1.0}
    np.testing.assert_array_equal(matrix[2:, 1], frame["b"].to_numpy()[2:])


def test_only_the_most_frequent_levels_are_told_apart():
    frame = rows(MOST_LEVELS + 30, 0)
    frame["group"] = [f"level {number}" for number in range(len(frame))]
    assert np.isnan(TreeInputs.fit(frame, COLUMNS).matrix(frame)[:, 3]).sum() == 30


def test_columns_without_a_value_are_left_out_and_trees_learn():
    frame = rows(400, 0)
    assert TreeInputs.fit(frame.assign(a=np.nan, group=None), COLUMNS).matrix(frame).shape == (400, 3)
    with pytest.raises(NotComputable, match="no column holds a value"):
        TreeInputs.fit(frame, [])
    inputs = TreeInputs.fit(frame, COLUMNS[:3])
    x, is_far = inputs.matrix(frame), frame["group"] == "far"
    assert inputs.classifier(0).fit(x, is_far).score(x, is_far) > 0.85
    assert inputs.regressor(0).fit(x, frame["b"]).score(x, frame["b"]) > 0.7
