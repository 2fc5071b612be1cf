"""Monthly completeness, counted on made-up gaps."""

import time

import pandas as pd
import pyarrow as pa

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.feature_store.coverage import coverage


def contract(cadence=3600.0):
    columns = (
        ColumnSpec(name="machine_id", dtype="string", kind="identifier", role="key"),
        ColumnSpec(name="t", dtype="timestamp", kind="time", role="time"),
        ColumnSpec(name="load", dtype="float64", kind="numeric", role="feature"),
    )
    return TableSchema(service="machines_v1", columns=columns, cadence_seconds=cadence)


def table(**times):
    frames = [pd.DataFrame({"machine_id": name, "t": index}) for name, index in times.items()]
    frame = pd.concat(frames).astype({"t": "datetime64[us, UTC]"})
    return pa.Table.from_pandas(frame, preserve_index=False)


HOURS = pd.date_range("2014-01-30", "2014-02-02 23:00", freq="h", tz="UTC")


def test_gaps_are_counted_per_entity_and_month():
    holes = HOURS.delete([3, 4, 5, 9, *range(46, 50)])  # the last gap spans the end of January
    found = coverage(table(a=HOURS, b=holes), contract()).to_pandas().set_index(["machine_id", "month"])
    assert found.loc[("a", "2014-01")].tolist() == [48, 48, 0, 0, 1.0]
    assert found.loc[("b", "2014-01")].tolist() == [48, 42, 6, 3, 1.0 - 6 / 48]
    assert found.loc[("b", "2014-02"), "longest_gap_slots"] == 2


def test_an_entity_that_comes_late_is_incomplete():
    found = coverage(table(a=HOURS, b=HOURS[60:]), contract()).to_pandas().set_index(["machine_id", "month"])
    assert found.loc[("b", "2014-01")].tolist() == [48, 0, 48, 48, 0.0]
    assert found.loc[("b", "2014-02"), "missing_slots"] == 12


def test_days_left_out_for_every_entity_are_no_gap():
    kept = HOURS[(HOURS.day == 30) | (HOURS.day == 2)]
    found = coverage(table(a=kept), contract()).to_pandas()
    assert found["expected"].tolist() == [24, 24]
    assert found["missing_slots"].tolist() == [0, 0]


def test_without_a_cadence_only_rows_are_known():
    found = coverage(table(a=HOURS), contract(cadence=None)).to_pandas()
    assert found["rows"].tolist() == [48, 48]
    assert found["expected"].isna().all()


def test_events_of_many_entities_are_counted_at_once():
    many = {f"m{number:05d}": HOURS[number % 90 : number % 90 + 1] for number in range(20_000)}
    keys = pa.Table.from_pandas(
        pd.DataFrame({"machine_id": list(many), "t": [index[0] for index in many.values()]}).astype(
            {"t": "datetime64[us, UTC]"}
        ),
        preserve_index=False,
    )
    started = time.perf_counter()
    found = coverage(keys, contract(cadence=None))
    assert time.perf_counter() - started < 2.0
    assert found.schema == coverage(table(a=HOURS), contract()).schema
    assert found.num_rows == 20_000
    assert found.to_pandas().iloc[95].tolist()[:2] == ["m00095", "2014-01"]
