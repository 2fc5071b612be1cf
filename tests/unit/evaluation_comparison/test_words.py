"""A comparison in words."""

from dataclasses import replace

import pytest

from vaegis.evaluation.comparison.comparison import Comparison
from vaegis.evaluation.comparison.difference import Difference
from vaegis.evaluation.comparison.words import headline, tell_columns, tell_verdict, verdict_of

ROWS = {"rows": 1000, "faults": 200, "blocks": 70, "block": "day", "digest": "d"}


def difference(metric, verdict):
    numbers = {"candidate": 1.0, "champion": 0.0, "difference": 1.0, "low": 0.5, "high": 1.5}
    return Difference(metric=metric, unit="share", direction="higher", rows=9, verdict=verdict, **numbers)


def comparison(*verdicts):
    items = tuple(difference(f"evaluate/topic/m{place}", verdict) for place, verdict in enumerate(verdicts))
    return Comparison(candidate={"label": "mine"}, champion={"label": "theirs"}, rows=ROWS, differences=items)


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        (("better", "within noise"), "better"),
        (("worse", "within noise"), "worse"),
        (("better", "worse"), "mixed"),
        (("within noise", "not computable"), "no difference beyond noise"),
        (("moved", "within noise"), "no difference beyond noise"),
        (("moved", "worse"), "worse"),
    ],
)
def test_the_verdict_counts_what_moved(verdicts, verdict):
    assert verdict_of(comparison(*verdicts)) == verdict


def test_the_sentence_names_what_moved():
    assert tell_verdict(comparison("better", "worse", "within noise")) == (
        "mine beside theirs, on the same 1,000 rows and 200 with injected faults: better in topic/m0, worse in "
        "topic/m1; 1 of 3 metrics did not move beyond noise."
    )


def test_what_moved_neither_way_is_named():
    assert tell_verdict(comparison("better", "moved")).endswith("better in topic/m0, moved in topic/m1.")


def test_nothing_that_moved_and_nothing_to_compare_are_told_apart():
    assert "not to be told apart, none of 1 metrics moved" in tell_verdict(comparison("within noise"))
    assert tell_verdict(comparison("not computable")).endswith("nothing can be compared.")


def test_single_columns_do_not_decide():
    found = comparison("within noise")
    found = replace(found, differences=(*found.differences, difference("columns/heat/r2", "worse")))
    assert verdict_of(found) == "no difference beyond noise"
    assert len(headline(found)) == 1
    assert tell_columns(found) == "worse: heat"
