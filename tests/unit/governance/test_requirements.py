import pytest
import yaml

from vaegis.errors import ConfigError
from vaegis.governance.gates import FAILED, NOT_APPLICABLE, PASSED, WAIVED, GateResult
from vaegis.governance.requirements import Register, Requirement, examine, expectations_of, load_register


def gate(name, status):
    record = {"metric": "m", "required": True, "value": 1.0, "bound": 1.0, "condition": "", "why": "w"}
    return GateResult(name=name, status=status, reason=f"{name} {status}", **record)


GATES = [gate("good", PASSED), gate("bad", FAILED), gate("waived", WAIVED), gate("idle", NOT_APPLICABLE)]
HOLD = {"expect_x(a)": True, "expect_y(b)": False}


@pytest.mark.parametrize(
    ("tests", "status", "reason", "waived"),
    [
        ({"gates": ("good",)}, "met", "good", False),
        ({"gates": ("good",), "expectations": ("expect_x(a)",)}, "met", "good; expect_x(a)", False),
        ({"gates": ("good", "bad")}, "failed", "bad: bad failed", False),
        ({"gates": ("waived",)}, "failed", "waived: waived waived", True),
        ({"gates": ("waived", "bad")}, "failed", "bad: bad failed; waived: waived waived", False),
        ({"gates": ("idle",)}, "untested", "idle: idle not applicable", False),
        ({"gates": ("good", "gone")}, "untested", "the policy has no gate 'gone'", False),
        ({"gates": ("waived", "gone")}, "failed", "waived: waived waived", False),
        ({"expectations": ("expect_y(b)",)}, "failed", "expect_y(b) does not hold", False),
        ({"expectations": ("expect_z(c)",)}, "untested", "validation did not evaluate expect_z(c)", False),
        ({}, "untested", "no gate or expectation is named", False),
    ],
)
def test_each_is_met_failed_or_untested(tests, status, reason, waived):
    register = Register(version=1, requirements=(Requirement(id="R1", text="t", source="s", owner="ann", **tests),))
    (result,) = examine(register, GATES, HOLD)
    assert (result.status, result.reason, result.waived) == (status, reason, waived)
    assert result.to_json()["owner"] == "ann"


def test_rows_that_broke_an_expectation_are_gone():
    def line(kind, success, action, problem=""):
        return {"type": kind, "columns": ["a"], "success": success, "action": action, "problem": problem}

    report = {
        "expectations": [
            line("e1", True, "none"),
            line("e2", False, "quarantined"),
            line("e3", False, "reported only"),
            line("e4", True, "none", "could not be evaluated"),
            line("e1", False, "refused"),
            {**line("e5", True, "none"), "columns": ["a", "b"]},
        ]
    }
    assert expectations_of(report) == {
        "e1(a)": False,
        "e2(a)": True,
        "e3(a)": False,
        "e4(a)": False,
        "e5(a, b)": True,
    }


def test_the_register_is_read(tmp_path):
    path = tmp_path / "requirements.yaml"
    assert load_register(path) is None
    item = {"id": "R1", "text": "t", "source": "SR 11-7, V", "owner": "ann", "gates": ["nll"]}
    path.write_text(yaml.safe_dump({"version": 1, "requirements": [item]}))
    assert load_register(path).requirements[0].gates == ("nll",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "requirements version is 2"),
        ({"requirements": [{"id": "R1"}]}, "requirement 1: `text` is missing"),
        ({"requirements": [{"id": "R1", "text": "t", "source": " ", "owner": "a"}]}, "'R1': source is empty"),
        ({"requirements": [{"id": "R", "text": "t", "source": "s", "owner": "a", "gate": "x"}]}, "unknown key 'gate'"),
        ({"requirements": [{"id": "R", "text": "t", "source": "s", "owner": "a"}] * 2}, "'R' appears twice"),
    ],
)
def test_a_bad_register_is_refused(tmp_path, change, message):
    path = tmp_path / "requirements.yaml"
    path.write_text(yaml.safe_dump({"version": 1, "requirements": [], **change}))
    with pytest.raises(ConfigError, match=message):
        load_register(path)
