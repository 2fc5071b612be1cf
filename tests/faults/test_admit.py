"""Stage `admit` refuses by exit code and one line, and leaves no record of admission behind."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADMITTED = "data/admitted.json"


@pytest.fixture
def project(tmp_path):
    counts = {"pulled": 1000, "quarantined": 6, "clean": 994, "quarantined_share": 0.006}
    digest = hashlib.sha256(b"rows").hexdigest()
    report = {"counts": counts, "failures": [], "contract": {"service": "s"}, "clean_sha256": digest}
    for name, content in {
        "reports/validation/report.json": json.dumps(report),
        "data/validated/clean.parquet": "rows",
        "params.yaml": "admit: {max_quarantined: 0.01}\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def run(project):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pipelines.admit"]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def change_report(project, **changes):
    path = project / "reports/validation/report.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_admitted_data_leave_the_same_record_twice(project):
    assert run(project).returncode == 0
    first = (project / ADMITTED).read_bytes()
    assert json.loads(first)["verdict"] == "admitted"
    assert run(project).returncode == 0
    assert (project / ADMITTED).read_bytes() == first


@pytest.mark.parametrize(
    ("spoil", "code", "says"),
    [
        (lambda root: change_report(root, failures=["a month is missing"]), 7, "(1) a month is missing"),
        (
            lambda root: (root / "params.yaml").write_text("admit: {max_quarantined: 0.005}"),
            7,
            "6 of 1,000 rows (0.60%)",
        ),
        (lambda root: (root / "params.yaml").write_text("admit: {max_quarantined: 2}"), 2, "at most 1"),
        (lambda root: (root / "params.yaml").write_text("admit: {max_quarantined: much}"), 2, "max_quarantined"),
        (lambda root: (root / "data/validated/clean.parquet").write_text("half"), 4, "is not the file"),
        (lambda root: (root / "reports/validation/report.json").unlink(), 4, "does not exist"),
    ],
)
def test_refusals_are_one_line_with_their_exit_code(project, spoil, code, says):
    spoil(project)
    done = run(project)
    assert done.returncode == code
    assert done.stderr.startswith("admit: error: ")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (project / ADMITTED).exists()


def test_the_verdict_needs_no_heavy_package(project):
    code = (
        "import sys, pipelines.admit; print([m for m in sys.modules if m in ('great_expectations', 'pandas', 'torch')])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    out = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
