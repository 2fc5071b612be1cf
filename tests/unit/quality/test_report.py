import numpy as np
import pandas as pd
import pytest

from vaegis.contract import Rule
from vaegis.quality.outcome import Outcome
from vaegis.quality.quarantine import Quarantine
from vaegis.quality.report import counts, describe, failures, findings

FRAME = pd.DataFrame({"x": [-273.2, 3.0, -273.2, -92.0, 50.0, 60.0]})


def rule(kind="expect_column_values_to_be_between", **more):
    return Rule(type=kind, kwargs={"column": "x", "max_value": 5}, why="x must be small", **more)


def broken(given, offenders=(0, 2, 3, 4, 5)):
    positions = np.array(offenders, dtype=np.int64)
    return Outcome(rule=given, rows=6, unexpected=len(offenders), offenders=positions)


def test_examples_are_the_first_distinct_values_with_their_rows():
    (line,) = describe([broken(rule())], {"rows": FRAME}, examples=2)
    assert line["examples"] == [{"value": "-273.2", "rows": 2}, {"value": "-92.0", "rows": 1}]
    assert line["limits"] == {"max_value": 5}
    assert (line["evaluated"], line["unexpected"], line["action"]) == (6, 5, "quarantined")


def test_lines_are_sorted_whatever_the_order_of_the_rules():
    outcomes = [broken(rule()), broken(rule("expect_a", level="table")), broken(rule(severity="warning"))]
    forward = describe(outcomes, {"rows": FRAME}, 3)
    assert forward[0]["type"] == "expect_a"
    assert describe([outcomes[1], *outcomes[::2]], {"rows": FRAME}, 3) == forward


def test_findings_are_sentences():
    lines = describe([broken(rule()), broken(rule("expect_b", severity="warning"), (1,))], {"rows": FRAME}, 1)
    gaps = [{"from": f"2014-10-{day}T00:00:00Z", "to": "", "slots": 6} for day in (26, 26, 27)]
    assert findings(lines, gaps) == [
        "1 pulled rows: x must be small, e.g. 3.0 (1); reported only",
        "5 pulled rows: x must be small, e.g. -273.2 (2); quarantined",
        "18 slots without a row in 3 gaps, on 2014-10-26, 2014-10-27; reported only",
    ]


def test_a_share_within_tolerance_is_no_finding():
    tolerated = Outcome(rule=rule(level="table"), rows=6, success=True, unexpected=1, offenders=np.array([1]))
    assert findings(describe([tolerated], {"rows": FRAME}, 3), []) == []


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (broken(rule(level="table")), "x must be small: 5 of 6 rows break it (table rows)"),
        (Outcome(rule=rule(level="table"), rows=6, observed="1"), "x must be small: found 1 (table rows)"),
        (Outcome(rule=rule(), rows=6, observed="9.5"), "x must be small: found 9.5 (table rows)"),
        (
            Outcome(rule=rule(severity="warning"), rows=6, problem="no column"),
            "expect_column_values_to_be_between(x) on rows could not be evaluated: no column",
        ),
    ],
)
def test_failures_are_sentences(outcome, says):
    assert failures([outcome]) == [says]
    (line,) = describe([outcome], {"rows": FRAME}, 3)
    assert line["action"] == "refused"
    assert findings([line], []) == []


def test_rows_set_aside_and_warnings_do_not_fail_the_table():
    assert (
        failures([broken(rule()), broken(rule(severity="warning")), broken(rule(level="table", severity="warning"))])
        == []
    )


def test_counts_add_up():
    found = counts(Quarantine(bad=np.array([True, False, False, False]), reasons=pd.DataFrame()), 5, 2)
    assert found == {
        "source_rows": 5,
        "source_duplicate_rows": 2,
        "pulled": 4,
        "clean": 3,
        "quarantined": 1,
        "quarantined_share": 0.25,
    }
