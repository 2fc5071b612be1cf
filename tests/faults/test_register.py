"""Kill stage `register` at its worst moments; the next run leaves two runs, one logged model and one version."""

import sqlite3
from contextlib import closing

import pytest

pytestmark = pytest.mark.slow

KILL = """
import os, signal
from mlflow import MlflowClient
original = MlflowClient.{method}
def killing(*args, **kwargs):
    {before}
    original(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
MlflowClient.{method} = killing
"""
DIE_FIRST = "os.kill(os.getpid(), signal.SIGKILL)"
MOMENTS = [
    ("create_run", "pass"),
    ("log_inputs", DIE_FIRST),
    ("finalize_logged_model", DIE_FIRST),
    ("create_model_version", DIE_FIRST),
    ("create_model_version", "pass"),
    ("update_model_version", DIE_FIRST),
]


def count(query: str) -> int:
    with closing(sqlite3.connect("mlruns/mlflow.db")) as database:
        return int(database.execute(query).fetchone()[0])


@pytest.mark.parametrize(("method", "before"), MOMENTS)
def test_a_killed_registration_is_mended(project, run_stage, method: str, before: str) -> None:
    killed = run_stage(project.root, "register", KILL.format(method=method, before=before))
    assert killed.returncode == -9, killed.stderr
    again = run_stage(project.root, "register")
    assert again.returncode == 0, again.stderr
    assert count("SELECT count(*) FROM runs WHERE lifecycle_stage = 'active'") == 2
    assert count("SELECT count(DISTINCT value) FROM tags WHERE key = 'vaegis.run_key'") == 2
    assert count("SELECT count(*) FROM model_versions") == 1
    assert count("SELECT count(*) FROM logged_models WHERE lifecycle_stage = 'active'") == 1
    assert count("SELECT count(*) FROM metrics WHERE key = 'train/loss'") == 6


def test_an_unreachable_server_is_one_line_in_seconds(project, run_stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ann:secret@127.0.0.1:9")
    done = run_stage(project.root, "register")
    assert done.returncode == 5
    assert done.stderr.startswith("register: error: MLflow at http://127.0.0.1:9 does not answer")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
    assert not (project.root / "reports/registration.json").exists()
