import json

import pytest

from vaegis.contract import ColumnSpec
from vaegis.errors import DataError
from vaegis.inference.inference import Guess, Inference


def guess(name, role="feature"):
    column = ColumnSpec(name=name, dtype="float64", kind="numeric", role=role)
    return Guess(column=column, confidence=0.9, reason="numbers")


def inference(*guesses, **more):
    base = {"time": "", "keys": (), "label": "", "positive": "", "cadence_seconds": None}
    return Inference(name="t", guesses=guesses, **(base | more))


def test_added_columns_stand_in_the_schema():
    schema = inference(guess("x"), added={"time": "event_timestamp", "row": "row"}).schema()
    assert schema.names == ["row", "event_timestamp", "x"]
    assert (schema.column("row").dtype, schema.column("row").role) == ("string", "key")
    assert schema.column("event_timestamp").max_missing == 0.0
    assert "2000-01-01" in schema.column("event_timestamp").description


def test_keys_and_time_go_first():
    schema = inference(guess("x"), guess("at", "time"), guess("id", "key")).schema("s")
    assert (schema.names, schema.service) == (["id", "at", "x"], "s")


def test_without_a_feature_there_is_no_schema():
    with pytest.raises(DataError, match="no column has role 'feature'"):
        inference(guess("id", "key"), guess("at", "time")).schema()


def test_guesses_are_plain_json_and_found_by_name():
    found = inference(guess("x"), guess("y"))
    assert found.guess("y").column.name == "y"
    assert json.loads(json.dumps(found.guess("y").to_json()))["confidence"] == 0.9
