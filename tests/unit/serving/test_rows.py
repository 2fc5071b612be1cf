import json
from dataclasses import replace

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pytest

from vaegis.contract import ColumnSpec
from vaegis.data.transform import TableTransform
from vaegis.errors import DataError
from vaegis.serving.limits import Limits
from vaegis.serving.rows import read_arrow, read_records

LIMITS = Limits(max_rows=20, max_text=8)


def same(rows, arrays):
    for name in ("values_ND", "codes_NC", "observed_NX"):
        np.testing.assert_array_equal(getattr(rows.arrays, name), getattr(arrays, name))


def arrow(frame, scorer):
    return read_arrow(stream(frame), scorer, LIMITS)


def stream(frame):
    return written(pa.Table.from_pandas(frame, preserve_index=False))


def written(table):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def test_records_and_arrow_are_transformed_as_a_frame_is(records, scorer):
    records[3].update(heat_c=None, mode=None, running=None)
    records[4].update(load_kw=7, extra=["ignored"])
    frame = pd.DataFrame(records)
    arrays = scorer.transform.arrays(frame)
    same(read_records(records, scorer, LIMITS), arrays)
    rows = read_arrow(stream(frame.drop(columns="extra")), scorer, LIMITS)
    same(rows, arrays)
    assert rows.cell(4, "load_kw") == 7
    assert rows.count == 10


def test_times_and_numbers_as_levels_too(scorer):
    columns = (
        ColumnSpec(name="seen", dtype="timestamp", kind="time", role="feature"),
        ColumnSpec(name="code", dtype="int64", kind="category", role="feature"),
        ColumnSpec(name="half", dtype="float64", kind="category", role="feature"),
    )
    frame = pd.DataFrame({"seen": pd.date_range("2024", periods=6, tz="UTC"), "code": [7, 8] * 3, "half": [0.5, 2] * 3})
    transform = TableTransform.fit(columns, [frame], max_levels=10)
    reader = replace(scorer, transform=transform)
    records = [
        {"seen": time.isoformat(), "code": code, "half": half}
        for time, code, half in frame.itertuples(index=False, name=None)
    ]
    records[2]["seen"] = None
    same(
        read_records(records, reader, LIMITS),
        transform.arrays(frame.assign(seen=frame["seen"].where([True, True, False, True, True, True]))),
    )
    with pytest.raises(DataError, match="column 'seen' holds no ISO 8601 time"):
        read_records([{**records[0], "seen": "yesterday"}], reader, LIMITS)
    with pytest.raises(DataError, match=r"column 'seen' holds '7' \(int\)"):
        read_records([{**records[0], "seen": 7}], reader, LIMITS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"load_kw": "12"}, r"column 'load_kw' holds '12' \(str\); allowed: float64, or null"),
        ({"load_kw": True}, r"column 'load_kw' holds 'True' \(bool\)"),
        ({"load_kw": [1]}, r"column 'load_kw' holds '\[1\]' \(list\)"),
        ({"mode": 3}, r"column 'mode' holds '3' \(int\); allowed: string"),
        ({"mode": "x" * 9}, r"column 'mode' holds a text of 9 characters; allowed: at most 8"),
        ({"running": "yes"}, r"column 'running' holds 'yes' \(str\); allowed: bool"),
        ({"heat_c": float("inf")}, r"column 'heat_c' holds 'inf'"),
        ({"running": 7.5}, r"column 'running' holds '7.5' \(float\); allowed: bool, or null"),
        ({"running": -1}, r"column 'running' holds '-1.0' \(float\); allowed: bool"),
    ],
)
def test_types_are_strict(records, scorer, change, message):
    records[2].update(change)
    with pytest.raises(DataError, match=message):
        read_records(records, scorer, LIMITS)


@pytest.mark.parametrize(("kind", "place"), [("count", "parts"), ("category", "code")])
def test_whole_numbers_are_whole(scorer, kind, place):
    spec = ColumnSpec(name=place, dtype="int64", kind=kind, role="feature")
    transform = TableTransform.fit((spec,), [pd.DataFrame({place: [1, 2, 3, 4] * 5})], max_levels=10)
    reader = replace(scorer, transform=transform)
    whole = pd.DataFrame({place: [3.0, None, 2.0]})
    for read in (read_records([{place: 3.0}, {place: None}, {place: 2}], reader, LIMITS), arrow(whole, reader)):
        same(read, transform.arrays(whole))
    with pytest.raises(DataError, match=rf"column '{place}' holds '-3.7' \(float\); allowed: int64, or null"):
        read_records([{place: 1}, {place: -3.7}], reader, LIMITS)
    with pytest.raises(DataError, match=rf"column '{place}' holds '2.5' \(float\); allowed: int64"):
        arrow(pd.DataFrame({place: [None, 2.5]}), reader)


def test_flags_may_be_0_and_1(records, scorer):
    frame = pd.DataFrame(records)
    arrays = scorer.transform.arrays(frame)
    numbers = [{**row, "running": row["running"] and float(row["running"])} for row in records]
    same(read_records(numbers, scorer, LIMITS), arrays)


def test_levels_that_training_did_not_hold_are_named(records, scorer):
    records[3].update(mode="odd")
    records[4].update(mode=None)
    records[6].update(mode="odder")
    assert read_records(records, scorer, LIMITS).unseen == {3: ["mode"], 6: ["mode"]}
    assert arrow(pd.DataFrame(records), scorer).unseen == {3: ["mode"], 6: ["mode"]}


def test_missing_columns_no_rows_and_too_many_are_refused(records, scorer):
    del records[6]["heat_c"]
    with pytest.raises(DataError, match="column 'heat_c' is missing in row 6; allowed: float64, or null"):
        read_records(records, scorer, LIMITS)
    for wrong in (None, {}, [], [1], "rows"):
        with pytest.raises(DataError, match="rows is no list of objects"):
            read_records(wrong, scorer, LIMITS)
    with pytest.raises(DataError, match="30 rows at once; allowed: 1 to 20"):
        read_records(records * 3, scorer, LIMITS)


def test_arrow_has_the_same_limits(records, scorer):
    frame = pd.DataFrame(json.loads(json.dumps(records)))
    with pytest.raises(DataError, match="30 rows at once"):
        read_arrow(stream(pd.concat([frame] * 3)), scorer, LIMITS)
    with pytest.raises(DataError, match="a text of 9 characters"):
        read_arrow(stream(frame.assign(mode="x" * 9)), scorer, LIMITS)
    with pytest.raises(DataError, match="no Arrow IPC stream"):
        read_arrow(b"PAR1", scorer, LIMITS)
    with pytest.raises(DataError, match="column 'mode' is missing"):
        read_arrow(stream(frame.drop(columns="mode")), scorer, LIMITS)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        (
            "load_kw",
            [str(number) for number in range(10)],
            "column 'load_kw' is of Arrow type string; allowed: float64",
        ),
        ("load_kw", [True] * 10, "column 'load_kw' is of Arrow type bool"),
        ("mode", list(range(10)), "column 'mode' is of Arrow type int64; allowed: string"),
        ("running", ["yes"] * 10, "column 'running' is of Arrow type string; allowed: bool"),
        ("heat_c", [float("inf")] * 10, "column 'heat_c' holds 'inf'"),
        ("running", [0.0] * 9 + [2.0], r"column 'running' holds '2.0' \(float\); allowed: bool"),
    ],
)
def test_arrow_types_are_strict_too(records, scorer, name, values, message):
    with pytest.raises(DataError, match=message):
        read_arrow(stream(pd.DataFrame(records).assign(**{name: values})), scorer, LIMITS)


def test_arrow_times_and_dictionaries(scorer):
    columns = (
        ColumnSpec(name="seen", dtype="timestamp", kind="time", role="feature"),
        ColumnSpec(name="zone", dtype="string", kind="category", role="feature"),
    )
    times = pd.Series(pd.date_range("2024", periods=6, tz="UTC")).where([True, True, False, True, True, True])
    frame = pd.DataFrame({"seen": times, "zone": pd.Series(["a", "b", None] * 2, dtype="category")})
    transform = TableTransform.fit(columns, [frame], max_levels=10)
    same(read_arrow(stream(frame), replace(scorer, transform=transform), LIMITS), transform.arrays(frame))
    with pytest.raises(DataError, match="column 'seen' is of Arrow type int64; allowed: timestamp"):
        read_arrow(stream(frame.assign(seen=7)), replace(scorer, transform=transform), LIMITS)
    far = frame.assign(seen=pa.array([10**15] * 6, pa.timestamp("ms")).to_pandas(timestamp_as_object=False))
    with pytest.raises(
        DataError, match="column 'seen' holds a time that no calendar has; allowed: the years 1 to 9999"
    ):
        read_arrow(stream(far), replace(scorer, transform=transform), LIMITS)


def test_names_that_are_twice_there_or_no_text_are_refused(records, scorer):
    table = pa.Table.from_pylist(records)
    with pytest.raises(DataError, match="column 'mode' is there more than once; allowed: string, or null"):
        read_arrow(written(table.append_column("mode", table["mode"])), scorer, LIMITS)
    assert read_arrow(
        written(table.append_column("x", table["mode"]).append_column("x", table["mode"])), scorer, LIMITS
    )
    with pytest.raises(DataError, match="the body is no Arrow IPC stream"):
        read_arrow(written(table).replace(b"heat_c", b"heat\xff\xfe"), scorer, LIMITS)


def test_a_long_text_of_a_dictionary_is_measured_before_it_is_written_out(records, scorer):
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 10), pa.array(["x" * 9]))
    table = pa.Table.from_pylist(records)
    with pytest.raises(DataError, match="column 'mode' holds a text of 9 characters; allowed: at most 8"):
        read_arrow(written(table.set_column(table.column_names.index("mode"), "mode", words)), scorer, LIMITS)


def test_a_long_whole_number_is_read_as_json_reads_it(records, scorer):
    long = pd.DataFrame(records).assign(load_kw=2**60 + 1)
    same(arrow(long, scorer), scorer.transform.arrays(long))


@pytest.mark.parametrize("coded", [False, True])
def test_wrong_bytes_are_refused_or_harmless(make_machines, machine_schema, scorer, coded):
    """Before buffers were looked through, some of these ended the process."""
    columns = tuple(column for column in machine_schema.columns if column.role in {"time", "feature"})
    frame = make_machines(6, seed=1)[[column.name for column in columns]]
    reader = replace(scorer, transform=TableTransform.fit(columns, [frame], max_levels=10))
    body = stream(frame.assign(mode=frame["mode"].astype("category")) if coded else frame)
    random, refusals = np.random.default_rng(7), []
    for _ in range(500):
        wrong = bytearray(body)
        for place in random.integers(0, len(wrong), size=3):
            wrong[place] = random.integers(0, 256)
        try:
            rows = read_arrow(bytes(wrong), reader, LIMITS)
            orjson.dumps([rows.cell(row, column.name) for row in range(rows.count) for column in columns])
        except DataError as error:
            refusals.append(str(error))
    assert 0 < len(refusals) < 500
    assert not any("\n" in refusal for refusal in refusals)
