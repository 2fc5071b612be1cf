import os
import subprocess
import sys
from pathlib import Path

import pytest

from vaegis.cli import repro as module
from vaegis.cli.repro import environment, run_dvc
from vaegis.errors import ConfigError, VaegisError

CONFIG = "[core]\n    no_scm = true\n    analytics = false\n    check_update = false\n"
STAGE = """
import os, pathlib, sys
pathlib.Path("seen.txt").write_text("\\n".join([sys.executable, os.environ["MLFLOW_TRACKING_URI"], os.environ["PWD"]]))
sys.exit({code})
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    def write(code=0):
        (tmp_path / ".dvc").mkdir()
        (tmp_path / ".dvc/config").write_text(CONFIG)
        (tmp_path / "stage.py").write_text(STAGE.format(code=code))
        (tmp_path / "dvc.yaml").write_text(
            "stages: {one: {cmd: python stage.py, deps: [stage.py], outs: [seen.txt]}}\n"
        )
        (tmp_path / "params.yaml").write_text("train: {}\n")
        return tmp_path

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return write


def test_environment_is_this_interpreters_and_one_tracker_for_all(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    told = environment(tmp_path / "workspaces/fast")
    assert told["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert told["MLFLOW_TRACKING_URI"] == f"sqlite:///{tmp_path}/mlruns/mlflow.db"
    assert told["PWD"] == str(tmp_path / "workspaces/fast")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    assert environment(tmp_path)["MLFLOW_TRACKING_URI"] == "http://127.0.0.1:9"


@pytest.mark.slow
def test_dvc_runs_the_stages_with_it(project):
    root = project()
    assert run_dvc(root) == 0
    python, uri, folder = (root / "seen.txt").read_text().splitlines()
    assert Path(python).parent == Path(sys.executable).parent
    assert uri == f"sqlite:///{root}/mlruns/mlflow.db"
    assert folder == str(root)


@pytest.mark.slow
def test_failed_stage_ends_with_1_and_no_summary(project):
    root = project(code=6)
    words = [sys.executable, "-c", "from vaegis.cli import main; main()", "repro", "--json"]
    ended = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "exited with 6" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_signal_that_ended_dvc_is_named(project, tmp_path, monkeypatch):
    root, python = project(), tmp_path / "python"
    python.write_text("#!/bin/sh\nkill -9 $$\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(VaegisError, match="dvc was ended by SIGKILL; change: repeat"):
        run_dvc(root, "register")


def test_summary_follows_success(project, vaegis, monkeypatch):
    project()
    monkeypatch.setattr(module, "run_dvc", lambda root: 0)
    monkeypatch.setattr(module, "summarise", lambda root: {"rows": 1})
    monkeypatch.setattr(module, "tell", lambda summary: ["rows 1"])
    assert vaegis("repro", "--json") == {"rows": 1}
    assert vaegis("repro") == "rows 1\n"


def test_mistyped_parameter_stops_before_the_first_stage(project, vaegis, monkeypatch):
    root = project()
    (root / "params.yaml").write_text("trian: {}\n")
    monkeypatch.setattr(module, "run_dvc", lambda root: pytest.fail("dvc was run"))
    with pytest.raises(ConfigError, match="section 'trian' is unknown"):
        vaegis("repro")


def test_elsewhere_is_said(tmp_path, vaegis, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"there is no dvc\.yaml here; change: run in the project's root folder"):
        vaegis("repro")
