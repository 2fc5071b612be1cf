import json
import logging
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from vaegis.cli.settle import settle, working

WHOLE = """schema: '2.0'
stages:
  train:
    cmd: python -m pipelines.train
    deps:
    - path: data/clean.parquet
      hash: md5
      md5: 1b2cf535f27731c974343645a3985328
      size: 10
    params:
      params.yaml:
        train:
          beta: 1.0
    outs:
    - path: models/candidate
      hash: md5
      md5: 1b2cf535f27731c974343645a3985328.dir
      size: 10
      nfiles: 2
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    return tmp_path


def hold(root, pid):
    info = {"pid": pid, "cmd": "dvc repro"}
    held = {"write": {str(root / "models"): info}, "read": {str(root / "data"): [info]}}
    (root / ".dvc/tmp/rwlock").write_text(json.dumps(held))


@pytest.fixture
def dvc():
    """Run a process whose command line says dvc, until told."""
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()", "dvc", "repro"], stdin=subprocess.PIPE
    )
    while b"dvc" not in Path(f"/proc/{process.pid}/cmdline").read_bytes():
        time.sleep(0.01)
    yield process
    process.communicate()


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"write": {"a": 1}}'])
def test_half_a_rwlock_is_removed(root, content):
    (root / ".dvc/tmp/rwlock").write_text(content)
    assert working(root) == []
    settle(root)
    assert not (root / ".dvc/tmp/rwlock").exists()


def test_lock_of_a_dead_process_is_removed(root):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    hold(root, ended.pid)
    settle(root)
    assert not (root / ".dvc/tmp/rwlock").exists()


def test_number_of_a_dead_process_that_something_else_has_now_is_no_lock(root):
    other = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    hold(root, other.pid)
    assert working(root) == []
    other.communicate()


def test_living_dvc_is_waited_for_and_said_once(root, dvc, caplog):
    hold(root, dvc.pid)
    assert working(root) == [dvc.pid]
    threading.Timer(0.6, dvc.stdin.close).start()
    with caplog.at_level(logging.WARNING):
        reaper = threading.Thread(target=dvc.wait)
        reaper.start()
        settle(root, patience_seconds=0.1)
        reaper.join()
    assert caplog.messages == [f"another dvc is at work here (process {dvc.pid}); waiting for it"]
    assert dvc.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("folder", [".", "pipelines"])
@pytest.mark.parametrize("end", [0, 5, 20, 40, 100, 135, 200, 300, len(WHOLE)])
def test_after_any_cut_dvc_can_go_on(root, end, folder):
    """A kill while DVC rewrites dvc.lock may leave any first part of it."""
    (root / ".dvc/config").write_text("[core]\n    no_scm = true\n    analytics = false\n")
    (root / "dvc.yaml").write_text("stages: {}\n")
    (root / folder).mkdir(exist_ok=True)
    (root / folder / "dvc.yaml").write_text("stages: {}\n")
    (root / folder / "dvc.lock").write_text(WHOLE[:end])
    settle(root)
    command = [sys.executable, "-m", "dvc", "status"]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_half_a_lock_is_removed_a_whole_one_kept(root, caplog):
    (root / "dvc.lock").write_text(WHOLE)
    settle(root)
    assert (root / "dvc.lock").read_text() == WHOLE
    (root / "dvc.lock").write_text(WHOLE[: WHOLE.index("1b2cf5") + 1])
    settle(root)
    assert not (root / "dvc.lock").exists()
    assert "half written by a killed run" in caplog.text


def test_half_a_lock_of_monitoring_is_removed_and_the_pipelines_kept(root, caplog):
    (root / "pipelines").mkdir()
    (root / "dvc.lock").write_text(WHOLE)
    (root / "pipelines/dvc.lock").write_text(WHOLE[: WHOLE.index("1b2cf5") + 1])
    settle(root)
    assert (root / "dvc.lock").read_text() == WHOLE
    assert not (root / "pipelines/dvc.lock").exists()
    assert caplog.messages[0].startswith("pipelines/dvc.lock was half written by a killed run")


def test_nothing_to_settle(tmp_path):
    settle(tmp_path)
    assert list(tmp_path.iterdir()) == []
