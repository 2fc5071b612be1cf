import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vaegis import stage

SCRIPT = """
import errno, logging, sys, time
from pathlib import Path
from vaegis import stage
from vaegis.errors import {kind}

stage.GRACE_SECONDS = {grace}

def main():
    Path("started").touch()
    {body}

if __name__ == "__main__":
    stage.run_stage("demo", main, waits={waits})
"""
DISK_FULL = 'raise OSError(errno.ENOSPC, "No space left on device", "data/rows.parquet")'


def start(folder, body, *, kind="VaegisError", grace=20.0, waits=False, **environment):
    script = SCRIPT.format(body=body, kind=kind, grace=grace, waits=waits)
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=folder,
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder, body, **options):
    process = start(folder, body, **options)
    _, told = process.communicate(timeout=60)
    return process.returncode, told


def wait_for(path):
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.02)


def test_users_mistake_is_one_line_and_its_exit_code(tmp_path):
    code, told = run(tmp_path, 'raise DataError("column x is missing", where="the table")', kind="DataError")
    assert code == 3
    assert told == "demo: error: column x is missing; change: the table\n"


def test_full_disk_is_one_line(tmp_path):
    code, told = run(tmp_path, DISK_FULL)
    assert code == 5
    assert told == "demo: error: the disk is full (data/rows.parquet); change: free space, then repeat\n"


WRAPPED = """
    import sqlite3
    try:
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorname = "SQLITE_FULL"
        raise full
    except sqlite3.OperationalError as error:
        raise VaegisError("a library's own words") from error
"""


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (WRAPPED, "the disk is full (a database)"),
        ('raise OSError(errno.ENOSPC, "No space", "from.png", None, "to.png")', "the disk is full (to.png)"),
        ('raise OSError(errno.EDQUOT, "Quota", "rows.parquet")', "the disk quota is used up (rows.parquet)"),
        ('raise OSError(errno.EFBIG, "File too large")', "a file has reached the largest size allowed (while writing)"),
    ],
    ids=["inside another error", "copying", "quota", "limit"],
)
def test_whatever_is_full_is_one_line(tmp_path, body, says):
    code, told = run(tmp_path, body.strip("\n").removeprefix("    "))
    assert code == 5
    assert told == f"demo: error: {says}; change: free space, then repeat\n"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('Path("afile").touch(); Path("afile").mkdir()', "afile is there already; allowed: a new place"),
        ('Path("afile").touch(); Path("afile/x").mkdir()', "afile/x is no folder, or lies in none; allowed: a place"),
        ('Path("a").touch(); Path("b").mkdir(); Path("a").rename("b")', "b is a folder; allowed: a file"),
        ('Path("no").read_text()', "no does not exist; allowed: a file or folder"),
        ('raise PermissionError(errno.EACCES, "no", "ro/x")', "ro/x may not be read or written; allowed: a place for"),
        ('raise OSError(errno.EROFS, "no", "ro/x")', "ro/x lies in a file system that can only be read; allowed"),
        ('Path("x" * 300).touch()', f"{'x' * 300} is too long a name; allowed: a shorter one"),
        ('Path("l").symlink_to("l"); Path("l").read_text()', "l is a link that leads to itself; allowed: a file"),
    ],
)
def test_whatever_is_wrong_with_a_path_is_one_line(tmp_path, body, says):
    code, told = run(tmp_path, body)
    assert code == 4, told
    assert told.startswith(f"demo: error: {says}")
    assert told.endswith("; change: the path\n")


HIDDEN = """
    try:
        Path("no").read_text()
    except FileNotFoundError:
        raise KeyError("ours")
"""


@pytest.mark.parametrize(
    "body",
    ['raise OSError(errno.EIO, "broken")', 'raise OSError(errno.ENOENT, "which?")', 'raise OSError("what?")', HIDDEN],
)
def test_a_mistake_of_ours_keeps_its_traceback(tmp_path, body):
    code, told = run(tmp_path, body.strip("\n").removeprefix("    "))
    assert code == 1
    assert "Traceback" in told


def test_logging_goes_to_stderr_and_success_is_0(tmp_path):
    assert run(tmp_path, 'logging.getLogger("vaegis").info("hello")') == (0, "hello\n")


def test_second_run_waits_for_the_first(tmp_path):
    first = start(tmp_path, 'time.sleep(1.5); Path("first_done").touch()')
    wait_for(tmp_path / "started")
    code, _ = run(tmp_path, 'assert Path("first_done").exists()')
    assert code == 0
    assert first.wait(10) == 0
    first.stderr.close()


def test_a_stage_without_outputs_ends_nobody(tmp_path):
    first = start(tmp_path, 'time.sleep(2); Path("first_done").touch()')
    wait_for(tmp_path / "started")
    code, told = run(tmp_path, 'assert Path("first_done").exists()', grace=0.2, waits=True)
    assert (code, told, first.wait(10)) == (0, "", 0)
    first.stderr.close()


def test_orphan_that_does_not_end_is_ended(tmp_path):
    orphan = start(tmp_path, "time.sleep(600)")
    wait_for(tmp_path / "started")
    begun = time.monotonic()
    code, told = run(tmp_path, "pass", grace=0.5)
    assert code == 0
    assert told == f"ended process {orphan.pid}, which a killed run had left at work on this stage\n"
    assert time.monotonic() - begun < 20
    assert orphan.wait(10) == -signal.SIGKILL
    orphan.stderr.close()


def test_kill_leaves_no_lock(tmp_path):
    killed = start(tmp_path, "time.sleep(600)")
    wait_for(tmp_path / "started")
    killed.kill()
    killed.wait(10)
    killed.stderr.close()
    begun = time.monotonic()
    assert run(tmp_path, "pass")[0] == 0
    assert time.monotonic() - begun < 10


def test_stages_of_other_names_do_not_wait(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = []
    stage.run_stage("one", lambda: stage.run_stage("two", lambda: done.append(Path(".scratch/two.lock").read_text())))
    assert done == [str(os.getpid())]


def test_higher_ranks_run_beside_the_one_that_holds_the_lock(tmp_path):
    first = start(tmp_path, "time.sleep(600)")
    wait_for(tmp_path / "started")
    begun = time.monotonic()
    assert run(tmp_path, "pass", LOCAL_RANK="1")[0] == 0
    assert time.monotonic() - begun < 10
    assert first.poll() is None
    first.kill()
    first.wait(10)
    first.stderr.close()


@pytest.mark.parametrize("written", ["", "not a number", "999999999"])
def test_lock_with_a_senseless_holder_ends_nobody(tmp_path, written):
    path = tmp_path / "lock"
    path.write_text(written)
    with path.open("a+") as handle:
        stage._end_holder(handle)
