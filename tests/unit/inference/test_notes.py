import numpy as np
import pandas as pd
import pytest

from vaegis.inference.infer import infer

rng = np.random.default_rng(0)
N = 3000
BASE = {"x": rng.normal(size=N), "y": rng.gamma(2.0, size=N)}
LEVELS = rng.choice(["a", "b", "c"], N, p=[0.7, 0.2, 0.1])


def notes(asked=None, **columns):
    return "\n".join(infer(pd.DataFrame(BASE | columns), **(asked or {})).notes)


CASES = {
    "no time": ({}, None, "event_timestamp is the same in every row"),
    "no key": ({}, None, "row is its number in the file"),
    "constant": ({"site": "north"}, None, "1 columns never change and are not modelled: site"),
    "empty": ({"later": np.nan}, None, "1 columns hold no value and are not modelled: later"),
    "half missing": ({"z": np.where(np.arange(N) % 5 > 0, np.nan, BASE["x"])}, None, "z: 80% of the cells are empty"),
    "a code for missing": (
        {"z": np.where(np.arange(N) % 5 > 0, BASE["y"], -999.0)},
        None,
        "z: -999 in 20.0% of the rows",
    ),
    "a mistake": ({"z": np.where(np.arange(N) > 0, BASE["y"], 9e9)}, None, "z: 1 values far from all others"),
    "twins": ({"id": np.r_[0, np.arange(N - 1)]}, {"keys": ["id"]}, "1 rows repeat id: such rows go to quarantine"),
    "a label": ({"fault": np.arange(N) % 10 == 0}, None, "label: fault is 1 in 10.00% of the rows"),
    "too many anomalies": ({"fault": np.arange(N) % 10 > 0}, None, "anomalies are more than half of the rows"),
    "classes": ({"kind": LEVELS}, {"label": "kind"}, "label kind: 3 classes; all others than c count as normal"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_told(case):
    columns, asked, note = CASES[case]
    assert note in notes(asked, **columns)


def test_a_plain_table_is_not_talked_about():
    times = pd.date_range("2024-01-01", periods=N, freq="h", tz="UTC")
    frame = pd.DataFrame({"device_id": "a", "at": times} | BASE)
    assert infer(frame).notes == ()


def test_few_rows_are_told():
    assert infer(pd.DataFrame(BASE).head(300)).notes[0] == "300 rows are few: figures will be unsure"
