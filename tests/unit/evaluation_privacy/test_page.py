import re

import pytest

from tests.fixtures.known_generators import COLUMNS, leaking, rows
from vaegis.evaluation.privacy.page import render
from vaegis.evaluation.privacy.report import report_on


@pytest.fixture(scope="module")
def page():
    train = rows(1_500, 0)
    report = report_on(leaking(train, 1_500, 0.2, 3), train, rows(1_500, 1), COLUMNS)
    return render(report, ["<b>bold</b> is left out"]).decode()


def test_the_page_begins_with_the_verdict_and_needs_nothing_else(page):
    assert page.index("Generated rows leak training rows") < page.index("<table>")
    assert not re.findall(r"(?:src|href)=\"(?!data:)", page)
    assert "<script" not in page


def test_every_figure_stands_in_it_and_notes_are_escaped(page):
    from vaegis.evaluation.privacy.questions import QUESTIONS

    assert all(name.replace("_", " ") in page for name in QUESTIONS)
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "no differential privacy" in page
