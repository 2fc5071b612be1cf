import numpy as np
import pandas as pd
import pytest

from vaegis.config.split import SplitConfig
from vaegis.data.roles import read_roles
from vaegis.data.split import DEALT, assign_roles, normal_rows

SPLITS = [
    SplitConfig(test_from="2015-01-01"),
    SplitConfig(by="entity"),
    SplitConfig(hold_out=[["2014-05-01", "2014-06-01"]]),
]


@pytest.fixture(scope="module")
def frame(make_machines):
    rows = make_machines(24 * 400)
    rows["machine"] = [f"m{number}" for number in np.random.default_rng(0).integers(0, 60, len(rows))]
    rows["broken"] = rows["broken"].astype("boolean").mask(rows.index % 9 == 0)
    return rows


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("size", [1, 700, 100_000])
def test_roles_are_the_same_however_many_rows_come_at_a_time(frame, machine_schema, split, size):
    few = frame if size > 1 else frame.iloc[::97]
    parts = (few[start : start + size] for start in range(0, len(few), size))
    roles = read_roles(parts, machine_schema, split)
    expected = assign_roles(few, machine_schema, split)
    for role in DEALT:
        np.testing.assert_array_equal(roles.are(role), expected == role)
    assert roles.counts() == expected.value_counts().to_dict()
    assert roles.number_N.nbytes == len(few)


def test_marked_rows_are_counted_but_calibrate_nothing(frame, machine_schema):
    roles = read_roles([frame[:5_000], frame[5_000:]], machine_schema, SPLITS[0], ["broken"])
    expected = assign_roles(frame, machine_schema, SPLITS[0])
    calibration = expected == "calibration"
    np.testing.assert_array_equal(roles.are("calibration"), calibration & normal_rows(frame, ["broken"]))
    assert 0 < roles.are("calibration").sum() < roles.counts()["calibration"] == calibration.sum()
    np.testing.assert_array_equal(roles.are("test"), expected == "test")


def test_a_role_without_rows_is_not_counted(frame, machine_schema):
    assert read_roles([frame], machine_schema, SplitConfig(pattern=["train"])).counts() == {"train": len(frame)}
    assert pd.Series(DEALT).is_unique
