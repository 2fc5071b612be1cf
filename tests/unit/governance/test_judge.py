import math
from datetime import UTC, datetime

import pytest

from vaegis.governance.dossier import Dossier
from vaegis.governance.gates import FAILED, NOT_APPLICABLE, OPERATORS, PASSED, Gate, Reference
from vaegis.governance.judge import judge

NLL = "evaluate/reconstruction/nll"


def threshold(operator: str = ">=", bound: float = 2.0, **changes: object) -> Gate:
    return Gate(**{"name": "g", "metric": "a/b", "why": "w", "operator": operator, "threshold": bound, **changes})


def relative(direction: str, margin: float) -> Gate:
    return Gate(name="g", metric=NLL, why="w", against="champion", direction=direction, margin=margin)


@pytest.mark.parametrize(
    ("operator", "below", "equal", "above"),
    [
        (">=", False, True, True),
        ("<=", True, True, False),
        (">", False, False, True),
        ("<", True, False, False),
        ("==", False, True, False),
    ],
)
def test_each_operator(operator: str, below: bool, equal: bool, above: bool) -> None:
    results = [judge(threshold(operator), {"a/b": value}, None, "accept") for value in (1.0, 2.0, 3.0)]
    assert [result.status == PASSED for result in results] == [below, equal, above]
    assert operator in OPERATORS


def test_every_operator_is_tested() -> None:
    assert set(OPERATORS) == {">=", "<=", ">", "<", "=="}


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        ({}, "a/b was not measured"),
        ({"a/b": None}, "a/b is not finite"),
        ({"a/b": math.nan}, "a/b is nan, not finite"),
        ({"a/b": math.inf}, "a/b is inf, not finite"),
        ({"a/b": -math.inf}, "a/b is -inf, not finite"),
        ({"a/b": "3"}, r"a/b is '3' \(str\), not a number"),
        ({"a/b": True}, r"a/b is True \(bool\), not a number"),
    ],
)
@pytest.mark.parametrize("operator", ["<=", ">="])
def test_what_is_no_finite_number_fails(metrics: dict[str, object], reason: str, operator: str) -> None:
    result = judge(threshold(operator), metrics, None, "accept")
    assert result.status == FAILED
    assert result.refuses
    assert result.value is None
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(result.reason)


def test_an_advisory_gate_fails_without_refusing() -> None:
    result = judge(threshold(required=False), {"a/b": 0.0}, None, "accept")
    assert (result.status, result.refuses) == (FAILED, False)


@pytest.mark.parametrize(
    ("direction", "value", "passes"),
    [("lower", 5.1, True), ("lower", 5.11, False), ("higher", 4.9, True), ("higher", 4.89, False)],
)
def test_against_the_champion(direction: str, value: float, passes: bool) -> None:
    champion = Reference(label="champion, version 3", metrics={NLL: 5.0}, same_rows=True)
    result = judge(relative(direction, 0.1), {NLL: value}, champion, "accept")
    assert (result.status == PASSED) is passes
    assert "champion, version 3: 5" in result.reason


def test_without_a_champion_the_comparison_does_not_apply() -> None:
    result = judge(relative("lower", 0.1), {NLL: 5.0}, None, "accept")
    assert (result.status, result.refuses) == (NOT_APPLICABLE, False)
    assert result.reason == "not applicable: no champion yet"


def test_without_a_champion_a_missing_metric_still_fails() -> None:
    assert judge(relative("lower", 0.1), {}, None, "accept").refuses


@pytest.mark.parametrize(("on_other_rows", "refuses"), [("accept", False), ("refuse", True)])
def test_other_rows_are_not_comparable(on_other_rows: str, refuses: bool) -> None:
    champion = Reference(label="champion, version 3", metrics={NLL: 1.0}, same_rows=False)
    result = judge(relative("lower", 0.1), {NLL: 5.0}, champion, on_other_rows)
    assert result.refuses is refuses
    assert "measured on other rows" in result.reason


def test_a_champion_without_a_finite_number_fails_the_comparison() -> None:
    champion = Reference(label="champion, version 3", metrics={NLL: math.nan}, same_rows=True)
    assert judge(relative("higher", 0.1), {NLL: 5.0}, champion, "accept").refuses


@pytest.mark.parametrize(("value", "passes"), [(0.79, False), (0.8, True), (1.25, True), (1.26, False)])
def test_a_range(value: float, passes: bool) -> None:
    gate = Gate(name="g", metric="a/b", why="w", between=(0.8, 1.25))
    result = judge(gate, {"a/b": value}, None, "accept")
    assert (result.status == PASSED) is passes
    assert result.condition == "between 0.8 and 1.25"
    assert "between 0.8 and 1.25" in result.reason


@pytest.mark.parametrize(
    ("rows", "passes", "reason"),
    [
        ({"a/b": 100}, True, "3 is >= 2"),
        ({"a/b": 99}, False, "99 rows are behind it, at least 100 are asked"),
        ({}, False, "nothing says how many rows are behind a/b"),
        ({"a/b": True}, False, "nothing says how many rows"),
        ({"a/b": "100"}, False, "nothing says how many rows"),
    ],
)
def test_a_number_must_rest_on_enough_rows(rows: dict[str, object], passes: bool, reason: str) -> None:
    result = judge(threshold(minimum_rows=100), {"a/b": 3.0}, None, "accept", Dossier(rows=rows))
    assert (result.status == PASSED) is passes
    assert reason in result.reason


def test_a_reason_for_a_missing_number_is_passed_on() -> None:
    notes = Dossier(notes={"a/b": "it is measured with evaluate.tier: full only"})
    assert judge(threshold(), {"a/b": None}, None, "accept", notes).reason.endswith("tier: full only")
    failed = judge(threshold(), {"a/b": 0}, None, "accept", Dossier(notes={"a/b": "no commit holds it"}))
    assert failed.reason == "0 is not >= 2: no commit holds it"


PAIRED = {"difference": 0.05, "low": -0.02, "high": 0.12, "rows": 500}


@pytest.mark.parametrize(
    ("direction", "margin", "passes"),
    [("lower", 0.12, True), ("lower", 0.11, False), ("higher", 0.02, True), ("higher", 0.01, False)],
)
def test_the_worse_end_of_the_paired_interval_decides(direction: str, margin: float, passes: bool) -> None:
    gate = Gate(
        name="g",
        metric=NLL,
        why="w",
        against="champion",
        direction=direction,
        margin=margin,
        paired=True,
        minimum_rows=500,
    )
    champion = Reference(label="champion, version 3", metrics={}, same_rows=False, differences={NLL: PAIRED})
    result = judge(gate, {NLL: 5.0}, champion, "accept", Dossier(rows={NLL: 500}))
    assert (result.status == PASSED) is passes
    assert "paired 95 % [-0.02, +0.12]" in result.reason


@pytest.mark.parametrize(
    ("differences", "reason"),
    [
        ({}, "no paired difference of"),
        ({NLL: {**PAIRED, "low": None, "high": None, "reason": "3 blocks of rows say nothing"}}, "3 blocks of rows"),
        ({NLL: {**PAIRED, "high": math.inf}}, "an end of its interval is missing"),
        ({NLL: {**PAIRED, "rows": 20}}, "20 rows are behind it"),
        ({NLL: {}}, "an end of its interval is missing"),
    ],
)
def test_a_paired_difference_that_is_missing_fails(differences: dict[str, object], reason: str) -> None:
    gate = Gate(
        name="g", metric=NLL, why="w", against="champion", direction="lower", paired=True, margin=9, minimum_rows=100
    )
    champion = Reference(label="champion, version 3", metrics={}, same_rows=True, differences=differences)
    result = judge(gate, {NLL: 5.0}, champion, "accept", Dossier(rows={NLL: 500}))
    assert result.refuses
    assert reason in result.reason


NOW = datetime(2026, 7, 1, tzinfo=UTC)
FRESH = {"file": "reports/r.json", "maximum_age_days": 30, "time": "made/at"}


@pytest.mark.parametrize(
    ("content", "gate", "reason"),
    [
        (None, {"file": "reports/r.json"}, "reports/r.json is not there"),
        ("", {"file": "reports/r.json"}, "is empty"),
        ('{"made": {"at": "2026-05-01"}}', FRESH, "61 is not <= 30 days old"),
        ('{"made": {"at": "2027-05-01"}}', FRESH, "is of the future: 2027-05-01"),
        ('{"made": {}}', FRESH, "no time under its key 'made/at'"),
        ('{"made": {"at": 5}}', FRESH, "no time under its key"),
        ("[", FRESH, "no time under its key"),
        ('{"made": "2026"}', FRESH, "no time under its key"),
    ],
)
def test_a_file_that_is_missing_or_too_old_fails(tmp_path, content, gate, reason) -> None:
    if content is not None:
        (tmp_path / "reports").mkdir()
        (tmp_path / "reports/r.json").write_text(content)
    result = judge(Gate(name="g", why="w", **gate), {}, None, "accept", Dossier(folder=tmp_path, now=NOW))
    assert result.refuses
    assert reason in result.reason


def test_a_file_that_is_there_and_fresh_passes(tmp_path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/r.json").write_text('{"made": {"at": "2026-06-20"}}')
    known = Dossier(folder=tmp_path, now=NOW)
    for gate in ({"file": "reports/r.json"}, FRESH):
        assert judge(Gate(name="g", why="w", **gate), {}, None, "accept", known).status == PASSED


def test_without_a_folder_no_file_is_there() -> None:
    assert judge(Gate(name="g", why="w", file="README.md"), {}, None, "accept").refuses
