import re

import pytest

from vaegis.monitoring.page import about, render


@pytest.fixture(scope="module")
def rows(machines):
    return machines.make_rows(seed=5, start="2015-01-05", days=14)


def test_page_tells_the_last_batch_and_stands_alone(watch, rows):
    records = watch.run(rows.assign(heat_c=rows["heat_c"] + 8.0))
    page = render(watch, records, records[-1], "models:/machines@champion")
    assert records[-1]["sentence"] in page.replace("&#39;", "'")
    assert not re.search(r"(?:src|href)=|<script|url\(|@import", page)
    assert page.count("<svg") == 2 + len(records[-1]["columns"])
    for finding in records[-1]["findings"]:
        assert f"<td>{finding['check']}</td>" in page
    assert render(watch, records, records[-1], "models:/machines@champion") == page


def test_page_without_whole_days_still_says_why(watch, rows):
    record = watch.run(rows.head(5))[0]
    page = render(watch, [record], record, "m")
    assert "no whole day among 5 rows" in page


def test_names_are_escaped(watch, rows):
    records = watch.run(rows)
    assert "<b>models&lt;x&gt;</b>" in render(watch, records, records[-1], "models<x>")


def test_what_the_reference_holds_is_said(reference):
    told = about(reference)
    assert told["blocks"] == len(reference.start_B) > told["held"] > 0
    assert told["unit"] == "day"
