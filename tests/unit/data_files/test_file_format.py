import json

import pytest

from vaegis.data.files.file_format import FileFormat
from vaegis.errors import DataError


def test_round_trip_keeps_the_order_of_columns():
    written = FileFormat(form="csv", types={"b": "whole", "a": "time"}, times={"a": "ISO8601"}, notes=("n",))
    again = FileFormat.from_json(json.loads(json.dumps(written.to_json(), sort_keys=True)))
    assert again == written
    assert list(again.types) == ["b", "a"]


def test_an_unknown_field_is_named():
    record = FileFormat(form="csv", types={"a": "text"}).to_json() | {"colour": "red"}
    with pytest.raises(DataError, match=r"file format: unknown field 'colour'; allowed: .*separator"):
        FileFormat.from_json(record)
