from pathlib import Path

from vaegis.evaluation.privacy.gates import GATES, PREFIX
from vaegis.evaluation.privacy.questions import QUESTIONS
from vaegis.governance import load_policy

ROOT = Path(__file__).parents[3]


def test_the_command_asks_what_the_policy_asks():
    policy = [gate for gate in load_policy(ROOT / "policy.yaml").gates if gate.metric.startswith(PREFIX)]
    assert tuple(policy) == GATES


def test_every_gate_is_on_a_figure_of_the_audit():
    assert {gate.metric.removeprefix(f"{PREFIX}/") for gate in GATES} <= set(QUESTIONS)
