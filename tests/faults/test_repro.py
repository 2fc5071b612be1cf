"""SIGKILL in the middle of `vaegis repro`: the next one mends what is left and ends as if nothing had happened."""

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
import yaml

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
RWLOCK = ".dvc/tmp/rwlock"
DVC = b"-m\0dvc\0repro"


@pytest.fixture(scope="module")
def copy(clone, tmp_path_factory):
    """A finished project of its own."""
    return clone.copied_to(tmp_path_factory.mktemp("killed") / "clone")


@pytest.fixture
def project(copy):
    """The project, with stage `train` to be done once more."""
    root = copy.workspace
    shutil.rmtree(root / "models/candidate", ignore_errors=True)  # a test that failed may have left none
    (root / "models/candidate_history.csv").unlink(missing_ok=True)
    shutil.rmtree(root / ".dvc/cache/runs", ignore_errors=True)
    lock = yaml.safe_load((root / "dvc.lock").read_text())
    lock["stages"].pop("train", None)
    (root / "dvc.lock").write_text(yaml.safe_dump(lock))
    return copy


def start_until_training(project):
    """Start `vaegis repro` and return its process in the middle of training."""
    process = project.start("vaegis", "repro", "--workspace", "fast")
    wait_for(lambda: list(project.workspace.glob(".scratch/train/*/last.ckpt")), process)
    time.sleep(random.SystemRandom().uniform(0.0, 0.5))
    assert members(process.pid, b"pipelines.train"), "training ended before it could be disturbed"
    return process


def wait_for(condition, process, seconds=240.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def members(group, word=b""):
    """Return the living processes of a group whose command line holds `word`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group and fields[0] != "Z" and word in command:
            found.append(int(folder.name))
    return found


def test_orphan_and_half_a_lock_of_a_killed_dvc_are_settled(project, clone):
    process = start_until_training(project)
    (dvc,) = members(process.pid, DVC)
    os.kill(dvc, signal.SIGKILL)
    assert process.wait(10) == 1
    (orphan,) = members(process.pid, b"-m\0pipelines.train")  # and not the shell that DVC may start it by
    os.kill(orphan, signal.SIGSTOP)  # it would end by itself before the second run gets there
    rwlock = project.workspace / RWLOCK
    held = rwlock.read_text()
    assert str(dvc) in held
    rwlock.write_text(held[: len(held) // 2])
    again = project.repro()
    assert "Running stage 'train'" in again.stderr
    assert "Running stage 'baseline'" not in again.stderr
    assert f"ended process {orphan}" in again.stderr
    assert "resuming from" in again.stderr
    assert members(process.pid) == []
    assert project.hashes() == clone.hashes()
    _, told = process.communicate()
    assert "vaegis: error: dvc was ended by SIGKILL; change: repeat" in told
    assert "Traceback" not in told


def test_killed_with_everything_below_it_the_next_run_resumes(project, clone):
    process = start_until_training(project)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    wait = time.monotonic() + 10
    while members(process.pid):
        assert time.monotonic() < wait
        time.sleep(0.01)
    assert not (project.workspace / "models/candidate").exists()
    again = project.repro()
    assert "resuming from" in again.stderr
    assert "Running stage 'baseline'" not in again.stderr
    assert project.hashes() == clone.hashes()
    assert list(project.workspace.glob(".scratch/train/*")) == []
