"""Stage `report` and what it is given: a killed or misled one leaves no half page; the next makes the same bytes."""

import json

import pytest

pytestmark = pytest.mark.slow

KILL = """
import os, signal
from pathlib import Path
original = Path.replace
def killing(self, target):
    os.kill(os.getpid(), signal.SIGKILL) if Path(target).name == "report.html" else None
    return original(self, target)
Path.replace = killing
"""


@pytest.fixture
def measured(project):
    """A project whose figures are figures."""
    (project.root / "reports/evaluation/figures/worst_rows.png").unlink()
    (project.root / "reports/report.html").unlink()
    return project


def test_a_killed_report_is_made_by_the_next_run(measured, run_stage):
    killed = run_stage(measured.root, "report", KILL)
    assert killed.returncode == -9, killed.stderr
    assert not (measured.root / "reports/report.html").exists()
    assert run_stage(measured.root, "report").returncode == 0
    page = (measured.root / "reports/report.html").read_bytes()
    assert run_stage(measured.root, "report").returncode == 0
    assert (measured.root / "reports/report.html").read_bytes() == page
    assert not list((measured.root / "reports").glob(".*.partial"))


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("reports/comparison.json", None, "reports/comparison.json does not exist"),
        ("reports/evaluation/metrics.json", "{", "reports/evaluation/metrics.json is not JSON"),
        ("params.yaml", "report: {owners: Ann}\n", "report.owners"),
        ("policy.yaml", "version: 1\n", "policy.yaml"),
    ],
)
def test_a_mistake_is_one_line(measured, run_stage, path, content, message):
    if content is None:
        (measured.root / path).unlink()
    else:
        (measured.root / path).write_text(content)
    done = run_stage(measured.root, "report")
    assert done.returncode not in (0, 1), done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert message in done.stderr
    assert not (measured.root / "reports/report.html").exists()


def test_the_page_is_about_what_the_files_say(measured, run_stage):
    measured.measure(latent={"active_units": 0})
    assert run_stage(measured.root, "report").returncode == 0
    page = (measured.root / "reports/report.html").read_text()
    assert "Do not promote this model" in page
    assert json.loads((measured.root / "reports/comparison.json").read_text())["reason"] == "no champion yet"
