"""Stage `compare`: a champion that cannot be asked is a result; a killed comparison is taken up again."""

import json

import pytest

from vaegis import paths

pytestmark = pytest.mark.slow

KILL = """
import os, signal
import vaegis.evaluation.comparison.ask as ask
def killing(*args):
    os.kill(os.getpid(), signal.SIGKILL)
ask._finish = killing
"""


@pytest.fixture
def followed(project, run_stage):
    """A project with a champion, and another candidate to be compared with it."""
    for stage in ("register", "promote"):
        done = run_stage(project.root, stage)
        assert done.returncode == 0, done.stderr
    project.train(seed=5)
    return project


def compared():
    return json.loads(paths.COMPARISON.read_text())


def test_without_a_champion_there_is_nothing_to_compare(project, run_stage):
    assert run_stage(project.root, "compare").returncode == 0
    assert compared() == {"opponent": None, "metrics": {}, "comparison": None, "reason": "no champion yet"}


def test_a_comparison_that_is_not_possible_or_was_killed_ends_in_one_result(followed, run_stage):
    killed = run_stage(followed.root, "compare", KILL)
    assert killed.returncode in (-9, 0), killed.stderr
    done = run_stage(followed.root, "compare")
    assert done.returncode == 0, done.stderr
    first = compared()
    assert first["opponent"]["version"] == "1"
    assert first["metrics"]["evaluate/detection/injected_auroc"] == 0.9
    assert (first["comparison"] is None) == bool(first["reason"])
    assert run_stage(followed.root, "compare").returncode == 0
    assert compared() == first
