import numpy as np
import pandas as pd
import pytest

from vaegis.errors import DataError
from vaegis.inference.kinds import guess_kind
from vaegis.inference.labels import marks, positive_of, rank_labels
from vaegis.inference.profile import profile, sampled_rows

rng = np.random.default_rng(0)


def counted(values, name="label"):
    return profile(pd.Series(values, name=name), sampled_rows(len(values)))


@pytest.mark.parametrize(
    ("values", "positive"),
    [
        ([0, 1] * 50, ""),
        ([0.0, 1.0, None] * 50, ""),
        ([True, False] * 50, ""),
        (["ok"] * 70 + ["bad"] * 30, "bad"),
        (["ok"] * 30 + ["bad"] * 70, "bad"),
        (["good"] * 70 + ["other"] * 30, "other"),
        ([1] * 90 + [-1] * 10, "-1"),
        ([1] * 90 + [2] * 10, "2"),
        (["a"] * 50 + ["b"] * 30 + ["c"] * 20, "c"),
    ],
)
def test_positive_value(values, positive):
    assert positive_of(counted(values)) == positive


@pytest.mark.parametrize("values", [rng.normal(size=99), np.arange(99), pd.date_range("2024-01-01", periods=99)])
def test_amounts_and_names_are_no_label(values):
    with pytest.raises(DataError, match="label 'label' holds 99 different values; allowed: 0 and 1"):
        positive_of(counted(values))


def test_marks():
    assert marks(pd.Series([0, 1, 1]), "").tolist() == [0.0, 1.0, 1.0]
    found = marks(pd.Series(["ok", "bad", None], dtype=object), "bad")
    assert found[:2].tolist() == [0.0, 1.0]
    assert np.isnan(found[2])
    assert marks(pd.Series([1.0, 2.0]), "2").tolist() == [0.0, 1.0]


def test_only_names_of_anomalies_are_taken_without_asking():
    names = ["is_fraud", "default", "target_7", "y", "gym", "colour"]
    columns = [counted([0, 1] * 50, name) for name in names]
    two, perhaps = rank_labels(columns, {column.name: guess_kind(column) for column in columns})
    assert two == ["is_fraud"]
    assert perhaps == ["default", "target_7", "y"]
