"""Kill stage `promote` at its worst moments; the next run comes to the verdict an uninterrupted one would have."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from vaegis.registry.address import tracking_uri
from vaegis.registry.ledger import Ledger

pytestmark = pytest.mark.slow

KILL = """
import os, signal, importlib
kind = importlib.import_module("{module}")
kind = getattr(kind, "{kind}") if "{kind}" else kind
original = kind.{method}
calls = []
def killing(*args, **kwargs):
    calls.append(1)
    if len(calls) == {call} and "{when}" == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = original(*args, **kwargs)
    if len(calls) == {call}:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
kind.{method} = killing
"""
LOG, CLIENT, SWAP = ("vaegis.governance.audit", "AuditLog"), ("mlflow", "MlflowClient"), ("vaegis.registry.swap", "")
MOMENTS = [
    (*LOG, "append", 1, "after"),  # INTENT
    (*SWAP, "_mark", 1, "after"),  # inside the transaction of the database
    (*LOG, "append", 2, "before"),  # COMMIT
    (*CLIENT, "log_text", 1, "before"),
    (*CLIENT, "set_model_version_tag", 3, "before"),
]


@pytest.fixture(scope="module")
def standing(tmp_path_factory, make_project, run_stage, keep):
    """A project with a champion and a better candidate."""

    def arrange(root):
        project = make_project(root)
        for stage in ("register", "promote"):
            assert run_stage(root, stage).returncode == 0
        project.train(seed=1, reconstruction={"nll": 4.0})
        assert run_stage(root, "register").returncode == 0

    return keep(tmp_path_factory.mktemp("standing") / "project", arrange)


@pytest.fixture
def with_champion(standing, monkeypatch):
    """That project as it was before any promotion was killed, entered."""
    return standing.enter(monkeypatch)


@pytest.mark.parametrize(("module", "kind", "method", "call", "when"), MOMENTS)
def test_a_killed_promotion_is_mended(with_champion, run_stage, module, kind, method, call, when) -> None:
    code = KILL.format(module=module, kind=kind, method=method, call=call, when=when)
    killed = run_stage(with_champion, "promote", code)
    assert killed.returncode == -9, killed.stderr
    again = run_stage(with_champion, "promote")
    assert again.returncode == 0, again.stderr
    outcome = json.loads(Path("reports/verdict.json").read_text())
    assert outcome["verdict"]["decision"] == "promoted"
    assert outcome["verdict"]["compared_with"] == "champion, version 1, on the same rows"
    with closing(sqlite3.connect("mlruns/mlflow.db")) as database:
        held = dict(database.execute("SELECT alias, version FROM registered_model_aliases"))
    assert held == {"champion": 2, "challenger": 2, "previous": 1}
    ledger = Ledger.read(tracking_uri())
    assert ledger.unfinished() == ()
    assert ledger.champions("machines") == ["1", "2"]


def test_a_policy_that_is_wrong_moves_nothing(project, run_stage) -> None:
    assert run_stage(project.root, "register").returncode == 0
    project.policy(on_other_rows="perhaps")
    done = run_stage(project.root, "promote")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "on_other_rows is 'perhaps'" in done.stderr
    assert not Path("reports/verdict.json").exists()
