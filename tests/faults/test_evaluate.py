"""Kill stage `evaluate` in the middle: no half-written file, and the next run makes what an unharmed one makes."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "pipelines.evaluate"]
_FILE = Path(__file__).parents[1] / "fixtures" / "evaluation_project.py"
_SPEC = importlib.util.spec_from_file_location("evaluation_project", _FILE)
WORLD = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(WORLD)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The bundles and curves of two quick models."""
    root = tmp_path_factory.mktemp("models")
    WORLD.write_models(root)
    return root / "models"


@pytest.fixture
def project(models, tmp_path):
    """A project folder with rows and these models."""
    WORLD.write_project(tmp_path)
    shutil.copytree(models, tmp_path / "models")
    return tmp_path


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


def results(project):
    report = project / "reports/evaluation"
    return {str(path.relative_to(report)): path.read_bytes() for path in report.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_killed_between_its_outputs_the_next_run_mends_it(project):
    with subprocess.Popen(COMMAND, cwd=project, env=environment(), stderr=subprocess.DEVNULL) as stage:
        while not (project / "reports/evaluation").exists() and stage.poll() is None:
            time.sleep(0.05)
        os.kill(stage.pid, signal.SIGKILL)
    assert stage.returncode == -signal.SIGKILL
    assert not (project / "reports/evaluation/metrics.json").exists()
    subprocess.run(COMMAND, cwd=project, env=environment(), check=True, capture_output=True)
    mended = results(project)
    assert "metrics.json" in mended
    assert not [name for name in mended if ".partial" in name]
    subprocess.run(COMMAND, cwd=project, env=environment(), check=True, capture_output=True)
    assert results(project) == mended


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("feature_repo/derive.py", None, "derive.py does not exist"),
        (
            "feature_repo/references.json",
            '[{"name": "c", "x": "load", "y": "heat_c", "bin_width": 1}]',
            "no column 'load'",
        ),
        ("params.yaml", "evaluate: {max_rows: 0}\n", "evaluate.max_rows is 0"),
        ("params.yaml", "evaluate: {maxrows: 1}\n", "evaluate.maxrows"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(project, path, content, message):
    if content is None:
        (project / path).unlink()
    else:
        (project / path).write_text(content)
    done = subprocess.run(COMMAND, cwd=project, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode not in (0, 1)
    assert len(done.stderr.strip().splitlines()) == 1
    assert message in done.stderr
    assert not (project / "reports/evaluation").exists()
