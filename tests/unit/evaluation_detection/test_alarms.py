from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.detection.alarms import false_alarm_N, month_of, monthly_false_alarms, rows_a_month


@pytest.fixture
def frame(world):
    """Two machines, twelve hourly rows each, sorted."""
    times = pd.date_range("2015-01-01", periods=12, freq="h", tz="UTC")
    return pd.DataFrame({"machine": ["m1"] * 12 + ["m2"] * 12, "at": [*times, *times]})


def raised(frame, world, flags, normal=None):
    flagged = np.array([char == "x" for char in flags.replace(" ", "")])
    normal = np.ones(len(frame), dtype=bool) if normal is None else normal
    return np.flatnonzero(false_alarm_N(frame, world.SCHEMA, flagged, normal)).tolist()


def test_a_run_of_flagged_rows_is_one_alarm_when_it_is_long_enough(frame, world):
    assert raised(frame, world, "xx.xxxxx.... ............") == [5]
    assert raised(frame, world, "xxx.xxx..... .........xxx") == [2, 6, 23]
    assert raised(frame, world, "xx.xx.xx.xx. xx.xx.xx.xx.") == []


def test_runs_end_with_the_entity_with_a_gap_and_with_a_labelled_row(frame, world):
    flags = "..........xx xx.........."
    assert raised(frame, world, flags) == []
    later = frame.assign(at=frame["at"].where(frame.index != 2, frame["at"] + pd.Timedelta(minutes=40)))
    assert raised(later, world, "xxx......... ............") == []
    normal = np.arange(len(frame)) != 1
    assert raised(frame, world, "xxx......... ............", normal) == []


def test_a_month_has_as_many_rows_as_the_cadence_says(world):
    assert rows_a_month(world.SCHEMA) == 720.0
    assert rows_a_month(replace(world.SCHEMA, cadence_seconds=600.0)) == 4320.0


def test_false_alarms_by_month_with_binomial_ends():
    times = pd.Series(pd.to_datetime(["2015-01-31T23:50", "2015-02-01T00:00", "2015-02-02T00:00"], utc=True))
    table = monthly_false_alarms(times, {"model": np.array([True, False, True])})
    assert table[["month", "rows", "model"]].to_dict("list") == {
        "month": ["2015-01", "2015-02"],
        "rows": [1, 2],
        "model": [1.0, 0.5],
    }
    assert table["model_low"].tolist() == pytest.approx([0.025, 0.0126], abs=1e-3)
    assert table["model_high"].tolist() == pytest.approx([1.0, 0.9874], abs=1e-3)
    assert month_of(times).tolist() == ["2015-01", "2015-02", "2015-02"]
