import math

import pytest

from vaegis.errors import ConfigError
from vaegis.governance.gates import FAILED, NOT_APPLICABLE, OPERATORS, PASSED, Gate, Reference, judge

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


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"operator": "=>"}, "operator is '=>'; allowed: >=, <=, >, <, =="),
        ({"threshold": math.nan}, "threshold is nan"),
        ({"threshold": None}, "threshold is None"),
        ({"against": "champion"}, "direction is ''"),
        ({"against": "champion", "direction": "lower"}, "both `against` and a threshold"),
        ({"margin": 0.1}, "without `against`"),
    ],
)
def test_impossible_gates_are_refused(changes: dict[str, object], message: str) -> None:
    fields = {"name": "g", "metric": "a/b", "why": "w", "operator": ">=", "threshold": 2.0}
    with pytest.raises(ConfigError, match=message):
        Gate(**{**fields, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"against": "baseline"}, "against is 'baseline'; allowed: champion"),
        ({"direction": "up"}, "direction is 'up'; allowed: higher, lower"),
        ({"margin": -0.1}, "margin is -0.1"),
        ({"margin": math.inf}, "margin is inf"),
    ],
)
def test_impossible_comparisons_are_refused(changes: dict[str, object], message: str) -> None:
    fields = {"name": "g", "metric": NLL, "why": "w", "against": "champion", "direction": "lower", "margin": 0.1}
    with pytest.raises(ConfigError, match=message):
        Gate(**{**fields, **changes})
