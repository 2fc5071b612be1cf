"""Stage `reference` under bad input and a kill: one line, or a whole file."""

import shutil

import pytest

REFERENCE = "models/candidate_reference.safetensors"
KILLED = """
import os, signal
from vaegis import durable
durable._sync_one = lambda path: os.kill(os.getpid(), signal.SIGKILL)
"""

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def pulled(project):
    """Leave the rows before validation, too: here all of them passed."""
    (project.root / "data/pulled").mkdir(parents=True, exist_ok=True)
    shutil.copy2(project.root / "data/validated/clean.parquet", project.root / "data/pulled/rows.parquet")


def test_a_kill_while_writing_leaves_nothing_and_the_next_run_repairs_it(project, run_stage):
    (project.root / "params.yaml").write_text("split: {block_days: 1, gap_hours: 0}")
    assert run_stage(project.root, "reference", KILLED).returncode == -9
    assert not (project.root / REFERENCE).exists()
    done = run_stage(project.root, "reference")
    assert done.returncode == 0, done.stderr
    first = (project.root / REFERENCE).read_bytes()
    assert run_stage(project.root, "reference").returncode == 0
    assert (project.root / REFERENCE).read_bytes() == first


@pytest.mark.parametrize(
    ("spoil", "code", "said"),
    [
        (lambda root: (root / "models/candidate/bundle.json").unlink(), 4, "bundle.json does not exist"),
        (lambda root: (root / "data/validated/clean.parquet").write_bytes(b"x"), 4, "is not a Parquet file"),
        (lambda root: (root / "data/pulled/rows.parquet").write_bytes(b"x"), 4, "is not a Parquet file"),
        (lambda root: (root / "params.yaml").write_text("reference: {bins: 1}"), 2, "reference.bins is 1"),
        (lambda root: (root / "params.yaml").write_text("split: {pattern: [train]}"), 3, "no row was held out"),
    ],
)
def test_bad_input_is_one_line(project, run_stage, spoil, code, said):
    (project.root / "params.yaml").write_text("split: {block_days: 1, gap_hours: 0}")
    spoil(project.root)
    done = run_stage(project.root, "reference")
    assert done.returncode == code, done.stderr
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("reference: error:")
    assert said in line
