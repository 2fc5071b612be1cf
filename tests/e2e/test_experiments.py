"""`dvc metrics diff` and `dvc plots diff` say what changed between two evaluations, in a small real project."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
_SPEC = importlib.util.spec_from_file_location("evaluation_project", ROOT / "tests/fixtures/evaluation_project.py")
WORLD = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(WORLD)


def run(root, *command):
    """Run a tool of this environment on this code."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    changes = {"PATH": path, "PYTHONPATH": str(ROOT / "src"), "DVC_NO_ANALYTICS": "true"}
    tool = shutil.which(command[0], path=path)
    done = subprocess.run(
        [tool, *command[1:]], cwd=root, env=os.environ | changes, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A repository whose one stage is `evaluate`, as dvc.yaml has it, run at 1 % false alarms, then at 5 %."""
    root = tmp_path_factory.mktemp("experiments")
    WORLD.write_project(root)
    WORLD.write_models(root)
    (root / "feature_repo/expectations.json").write_text("[]")
    shutil.copytree(ROOT / "pipelines", root / "pipelines", ignore=shutil.ignore_patterns("__pycache__"))
    described = yaml.safe_load((ROOT / "dvc.yaml").read_text())
    stage = described["stages"]["evaluate"]
    stage["deps"] = [path for path in stage["deps"] if (root / path).exists()]
    (root / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"evaluate": stage}, "plots": described["plots"]}))
    change(root, 0.01)
    run(root, "git", "init", "-q")
    run(root, "dvc", "init", "-q")
    for rate in (0.01, 0.05):
        change(root, rate)
        run(root, "dvc", "repro", "-q")
        run(root, "git", "add", "-A")
        run(root, "git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", f"rate {rate}")
    return root


def change(root, rate):
    params = yaml.safe_load((root / "params.yaml").read_text())
    params["evaluate"] |= {"false_alarm_rate": rate, "tier": "fast"}
    (root / "params.yaml").write_text(yaml.safe_dump(params))


@pytest.mark.slow
def test_metrics_diff_names_what_changed_and_nothing_else(project):
    told = json.loads(run(project, "dvc", "metrics", "diff", "HEAD~1", "HEAD", "--json"))
    changed = told["reports/evaluation/metrics.json"]
    alarms = changed["evaluate.detection.false_alarm_rate"]
    assert alarms["diff"] == pytest.approx(alarms["new"] - alarms["old"])
    assert alarms["new"] > alarms["old"]
    assert changed["evaluate.detection.event_recall"]["new"] >= changed["evaluate.detection.event_recall"]["old"]
    assert not [name for name in changed if name.startswith(("evaluate.reconstruction", "evaluate.latent"))]
    assert "evaluate.detection.injected_auroc" not in changed


@pytest.mark.slow
def test_plots_diff_lays_both_over_each_other(project):
    told = json.loads(run(project, "dvc", "plots", "diff", "HEAD~1", "HEAD", "--json", "--split"))
    drawn = {name.rpartition("::")[2]: plots for name, plots in told["data"].items()}
    assert {"false_alarms", "faults", "pvalues", "parts", "score_histogram", "kl_per_dimension"} <= set(drawn)
    assert drawn["false_alarms"][0]["revisions"] == ["HEAD~1", "HEAD"]
    points = drawn["false_alarms"][0]["anchor_definitions"]["<DVC_METRIC_DATA>"]
    points = json.loads(points) if isinstance(points, str) else points
    flagged = {rev: [float(point["flagged"]) for point in points if point["rev"] == rev] for rev in ("HEAD~1", "HEAD")}
    assert sum(flagged["HEAD"]) > sum(flagged["HEAD~1"])
