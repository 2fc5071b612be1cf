"""The whole of it, on a table such as users have."""

import numpy as np
import pandas as pd
import pytest

from vaegis.errors import DataError
from vaegis.inference.infer import MIN_ROWS, infer

N = 1200


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(0)
    fault = (rng.random(N) < 0.05).astype(int)
    return pd.DataFrame(
        {
            "machine": np.repeat(["m1", "m2", "m3"], N // 3),
            "measured_at": np.tile(pd.date_range("2024-01-01", periods=N // 3, freq="10min", tz="UTC"), 3),
            "order_no": rng.permutation(N) + 70_000,
            "load_kw": rng.gamma(2.0, 5.0, N),
            "heading_deg": rng.uniform(0.0, 360.0, N),
            "mode": rng.choice(["run", "idle", "off"], N),
            "stops": rng.poisson(1.0, N),
            "site": "north",
            "serviced_on": np.repeat(pd.to_datetime(["2023-01-01", "2023-06-01", "2023-09-01"], utc=True), N // 3),
            "gap": np.where(rng.random(N) < 0.2, np.nan, rng.normal(size=N)),
            "repair_cost": np.where(fault == 1, rng.uniform(100.0, 900.0, N), 0.0),
            "is_fault": fault,
        }
    )


def test_every_column_gets_its_place(frame):
    found = infer(frame, name="machines")
    places = {guess.column.name: (guess.column.kind, guess.column.role) for guess in found.guesses}
    assert places == {
        "machine": ("identifier", "key"),
        "measured_at": ("time", "time"),
        "order_no": ("identifier", "context"),
        "load_kw": ("numeric", "feature"),
        "heading_deg": ("angle", "feature"),
        "mode": ("category", "feature"),
        "stops": ("count", "feature"),
        "site": ("category", "context"),
        "serviced_on": ("time", "context"),
        "gap": ("numeric", "feature"),
        "repair_cost": ("numeric", "context"),
        "is_fault": ("binary", "label"),
    }
    assert (found.time, found.keys, found.label, found.positive) == ("measured_at", ("machine",), "is_fault", "")
    assert found.cadence_seconds == 600.0
    assert found.added == {}
    assert all(0.5 <= guess.confidence < 1.0 and "\n" not in guess.reason for guess in found.guesses)


def test_the_schema_can_be_used(frame):
    schema = infer(frame, name="machines").schema("machines_v1")
    assert (schema.service, schema.time, schema.keys) == ("machines_v1", "measured_at", ["machine"])
    assert [column.name for column in schema.features] == ["load_kw", "heading_deg", "mode", "stops", "gap"]
    load, gap = schema.column("load_kw"), schema.column("gap")
    assert (load.unit, load.dtype, load.minimum) == ("kW", "float64", 0.0)
    assert 0.3 < gap.max_missing < 0.35


def test_a_column_that_tells_the_label_says_so(frame):
    assert infer(frame).guess("repair_cost").reason.startswith("its size alone tells the label (AUROC 1.000)")


def test_there_are_at_most_three_questions_each_with_the_guess_first(frame):
    doubts = {doubt.subject: doubt.options[0] for doubt in infer(frame).doubts}
    assert doubts == {"time": "measured_at", "keys": "machine", "label": "is_fault"}


def test_answers_are_taken_and_asked_no_more(frame):
    found = infer(frame, time="", keys=["order_no"], label="")
    assert found.doubts == ()
    assert (found.time, found.keys, found.label) == ("", ("order_no",), "")
    assert found.added == {"time": "event_timestamp"}
    assert found.schema().time == "event_timestamp"
    assert found.guess("is_fault").column.role == "feature"


def test_no_key_at_all_adds_one(frame):
    found = infer(frame, keys=[])
    assert found.added == {"row": "row"}
    assert found.schema().keys == ["row"]


def test_one_series_gets_its_name_as_key(frame):
    one = frame[frame["machine"] == "m1"].drop(columns=["machine", "order_no"]).reset_index(drop=True)
    found = infer(one)
    assert (found.added, found.cadence_seconds) == ({"series": "series"}, 600.0)


def test_added_names_make_room_for_the_tables_own(frame):
    found = infer(frame.rename(columns={"gap": "Row", "mode": "event_timestamp"}), time="", keys=[])
    assert found.added == {"time": "event_timestamp_", "row": "row_"}


def test_a_label_in_words_becomes_context(frame):
    words = frame.assign(verdict=np.where(frame["is_fault"] == 1, "broken", "fine")).drop(columns="is_fault")
    found = infer(words, label="verdict")
    assert (found.label, found.positive) == ("verdict", "broken")
    assert found.guess("verdict").column.role == "context"


def test_a_label_of_one_value_is_none(frame):
    found = infer(frame, label="site")
    assert found.label == ""
    assert found.notes[0] == "label site holds one value only, so it is none"


def test_dates_as_text_are_times(frame):
    texts = frame.assign(measured_at=frame["measured_at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert infer(texts).time == "measured_at"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"time": "nowhen"}, "no column 'nowhen'; allowed: machine, measured_at"),
        ({"time": "load_kw"}, "time 'load_kw': it holds numbers; allowed: a date or time in every row"),
        ({"keys": ["gap"]}, "key 'gap' is empty in 1"),
        ({"keys": ["load_kw"]}, "key 'load_kw' holds no names"),
        ({"keys": ["measured_at"]}, "'measured_at' is the time already"),
        ({"label": "load_kw"}, "label 'load_kw' holds 1200 different values"),
    ],
)
def test_wrong_answers_are_one_line(frame, change, message):
    with pytest.raises(DataError, match=message):
        infer(frame, **change)


def test_thirty_rows_are_too_few(frame):
    with pytest.raises(DataError, match=f"the table holds 30 rows; allowed: at least {MIN_ROWS}"):
        infer(frame.head(30))


def test_a_table_of_names_cannot_be_modelled():
    frame = pd.DataFrame({"id": np.arange(300), "site": "north"})
    with pytest.raises(DataError, match=r"no column can be modelled \(id: names the row"):
        infer(frame)


def test_a_name_twice_is_refused(frame):
    twice = frame.rename(columns={"gap": "mode"})
    with pytest.raises(DataError, match="column 'mode' appears twice"):
        infer(twice)


def test_five_hundred_columns_work_and_are_told():
    rng = np.random.default_rng(0)
    wide = pd.DataFrame(rng.normal(size=(400, 500)), columns=[f"x{i}" for i in range(500)])
    found = infer(wide)
    assert len(found.schema().features) == 500
    assert any(note.startswith("500 columns are many") for note in found.notes)


def test_the_same_table_gives_the_same_guesses(frame):
    assert infer(frame) == infer(frame.copy())
