import math

import pytest

from vaegis.errors import ConfigError
from vaegis.governance.gates import FAILED, PASSED, WAIVED, Gate, GateResult

NLL = "evaluate/reconstruction/nll"


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


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "has both `metric` and `file`, or neither"),
        ({"metric": "a", "file": "b"}, "has both `metric` and `file`"),
        ({"metric": "a"}, "operator is ''"),
        ({"metric": "a", "between": (2.0, 1.0)}, r"between is \[2.0, 1.0\]"),
        ({"metric": "a", "between": (1.0,)}, r"between is \[1.0\]"),
        ({"metric": "a", "between": (1.0, math.inf)}, "between is"),
        ({"metric": "a", "between": (1.0, 2.0), "threshold": 1.0}, "both `between` and a threshold"),
        ({"metric": "a", "between": (1.0, 2.0), "margin": 1.0}, "without `against`"),
        ({"metric": "a", "operator": ">", "threshold": 1.0, "paired": True}, "without `against`"),
        ({"metric": "a", "operator": ">", "threshold": 1.0, "minimum_rows": -1}, "minimum_rows is -1"),
        ({"metric": "a", "operator": ">", "threshold": 1.0, "maximum_age_days": 1.0}, "without `file`"),
        ({"file": "/etc/passwd"}, "file is '/etc/passwd'; allowed: a file inside the project"),
        ({"file": "../x"}, "allowed: a file inside the project"),
        ({"file": "x", "threshold": 1.0}, "a rule for a number"),
        ({"file": "x", "maximum_age_days": 1.0}, "has one of `maximum_age_days` and `time`"),
        ({"file": "x", "maximum_age_days": 0.0, "time": "t"}, "maximum_age_days is 0"),
    ],
)
def test_gates_that_cannot_be_meant_are_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Gate(name="g", why="w", **fields)


def test_only_a_required_failure_refuses() -> None:
    record = {"name": "g", "metric": "a", "value": 1.0, "bound": 1.0, "condition": "", "reason": "", "why": ""}
    cases = [(FAILED, True), (FAILED, False), (PASSED, True), (WAIVED, True)]
    found = [GateResult(**record, status=status, required=required).refuses for status, required in cases]
    assert found == [True, False, False, False]
