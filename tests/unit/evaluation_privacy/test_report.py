import json

import pytest

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.errors import DataError
from vaegis.evaluation.privacy.report import report_on


def test_a_report_is_plain_json_and_the_same_each_time():
    tables = rows(300, 0), rows(300, 1), rows(300, 2)
    first, again = (report_on(*tables, COLUMNS) for _ in range(2))
    assert json.dumps(first.record(), sort_keys=True) == json.dumps(again.record(), sort_keys=True)
    record = first.record()
    assert record["verdict"] in ("no leak found", "undecided")
    assert record["rows"]["generated"] == 300
    assert {"value", "low", "high", "definition", "reading"} <= set(record["figures"]["copy_share"])


def test_too_few_rows_are_a_mistake_of_the_user():
    with pytest.raises(DataError, match="there are 10 holdout rows, and it takes 50"):
        report_on(rows(300, 0), rows(300, 1), rows(10, 2), COLUMNS)
