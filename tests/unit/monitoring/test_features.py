import numpy as np
import pandas as pd
import pytest

from vaegis.monitoring.features import FOLDS, MISSING, SCORE, WAVES, in_order, read_rows


def test_groups_tile_all_features(world):
    groups = list(world.features.groups.values())
    assert groups[0].start == 0
    assert [group.stop for group in groups[:-1]] == [group.start for group in groups[1:]]
    assert world.features.width == groups[-1].stop


def test_sums_are_those_of_the_rows(world):
    frame = pd.DataFrame({"a": [0.0, np.nan, 9.0], "b": [0.0, 0.0, 0.0], "c": ["x", "y", "z"]})
    of, z = np.array([0, 0, 1]), np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    sums = world.features.column_sums(frame, of, 2) + world.features.model_sums(np.array([0.1, 1.0, 1e9]), z, of, 2)
    groups = world.features.groups
    assert sums[:, groups["column:a"]].sum(axis=1).tolist() == [2.0, 1.0]
    assert sums[:, groups["column:a"]][:, -1].tolist() == [1.0, 0.0]
    assert sums[0, groups["column:c"]].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert sums[:, groups[MISSING]].tolist() == [[1.0, 0.0, 0.0, 2.0], [0.0, 0.0, 0.0, 1.0]]
    assert sums[1, groups[SCORE]].tolist() == [0.0] * 20 + [1.0]
    assert sums[0, groups[WAVES]][:-1] == pytest.approx(world.features.embedding.waves_NE(z[:2]).sum(axis=0))
    assert [sums[0, groups[fold]][-1] for fold in FOLDS] == [1.0, 1.0]
    assert [sums[1, groups[fold]][-1] for fold in FOLDS] == [1.0, 0.0]


def test_reading_is_what_the_model_says(model, machines):
    rows = machines.make_rows(days=2)
    scores, z = read_rows(model, rows)
    assert scores == pytest.approx(model.score(rows).to_numpy())
    assert z.shape == (96, 4)


def test_rows_stand_in_order_of_time_then_keys(machines):
    rows = in_order(machines.make_rows(days=2).sample(frac=1.0, random_state=0), machines.SCHEMA, ["load_kw"])
    assert rows["at"].is_monotonic_increasing
    assert rows["machine"].head(2).tolist() == ["m1", "m2"]
    assert rows.columns.tolist() == ["at", "machine", "load_kw"]
