"""Stage `monitor`: what it ends with, and a SIGKILL at each of its writes, after which the next run ends the same."""

import importlib.util
import json
import signal
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.slow
_FILE = Path(__file__).parents[1] / "fixtures" / "watched_project.py"
_SPEC = importlib.util.spec_from_file_location("watched_project", _FILE)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

WRITE = """
import os, signal
from vaegis import durable
sync, calls = durable._sync, []
def sync_or_die(path):
    calls.extend([path] if "{word}" in path.as_posix() else [])
    if len(calls) == {call}:
        os.truncate(path, path.stat().st_size // 2)
        os.kill(os.getpid(), signal.SIGKILL)
    sync(path)
durable._sync = sync_or_die
"""
TRACKER = """
import os, signal
from mlflow import MlflowClient
MlflowClient.{word} = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
"""
MOMENTS = {
    "second record": (WRITE, "/batches/", 2),
    "second batch counts": (WRITE, ".state.json", 2),
    "page": (WRITE, ".index.html", 1),
    "run": (TRACKER, "set_terminated", 1),
    "all was told": (WRITE, ".state.json", 3),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory, make_project, run_stage, make_machines, feast_settings):
    """A project with a champion; since then two hotter weeks came into the store."""
    root, known = tmp_path_factory.mktemp("watched"), make_machines(24 * 60, seed=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        made = _MODULE.Watched(root, make_project, run_stage, known, feast_settings)
        new = make_machines(24 * 14, seed=3, start="2014-03-02")
        made.arrive(pd.concat([known, new.assign(heat_c=new["heat_c"] + 40.0)]))
        yield made


@pytest.fixture(scope="module")
def undisturbed(project):
    """Return what a run and one after it say and leave."""
    project.forget()
    first, held = project.monitor(), project.held()
    return first, held, project.monitor(), project.held()


def told(done):
    """Return the line that says how it stands."""
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("models:/machines@champion: ")]
    return line.removeprefix("models:/machines@champion: ")


def pointer(held):
    return json.loads(held[0]["monitoring/latest.json"])


def test_an_alarm_is_a_result_and_said_in_a_line(undisturbed):
    first, held, _, _ = undisturbed
    assert told(first).startswith("alarm; the new rows are not like the reference, above all in ")
    assert told(first).endswith("; page: monitoring/index.html")
    assert (pointer(held)["status"], pointer(held)["model"]) == ("alarm", "models:/machines@champion")
    assert [status for _, status in held[1]] == ["FINISHED", "FINISHED"]


def test_no_new_row_is_a_result_too(undisturbed):
    _, before, again, held = undisturbed
    assert told(again) == "no data; no row came from 2014-03-16 on; page: monitoring/index.html"
    assert pointer(held)["status"] == "no data"
    assert pointer(held)["alarm"] == pointer(before)["alarm"] != "", "it stands until it is answered"
    assert held[1] == before[1]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_is_finished_by_the_next(project, undisturbed, moment):
    first, held, _, _ = undisturbed
    code, word, call = MOMENTS[moment]
    project.forget()
    killed = project.monitor(code.format(word=word, call=call))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert told(project.monitor()) == told(first)
    assert project.held() == held


def test_a_tracker_that_does_not_answer_is_one_line(project, monkeypatch):
    project.forget()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    done = project.monitor()
    assert done.returncode == 5
    assert done.stderr.startswith("monitor: error: MLflow at http://127.0.0.1:9 does not answer")
    assert done.stderr.count("\n") == 1


def test_without_a_champion_it_is_one_line(tmp_path, monkeypatch, make_project, run_stage):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    make_project(tmp_path)
    done = run_stage(tmp_path, "monitor")
    assert done.returncode == 4
    assert done.stderr.startswith("monitor: error: models:/machines@champion: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "monitoring").exists()
