import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from vaegis.registry.abandoned import end_abandoned, is_gone, this_process
from vaegis.registry.names import PROCESS, ROLE
from vaegis.registry.runs import RunName, find_or_create
from vaegis.registry.tracking import connect

TRAINING = """
from vaegis.stage import run_stage
run_stage("train", lambda: print("at work", flush=True) or input())
"""

STREAMING = """
from vaegis.registry.sender import open_sink
from vaegis.stage import run_stage
def main():
    with open_sink("train", "first" * 12) as sink:
        sink.log(1, {"train/loss": 1.0})
        while sink._points:
            pass
        print("at work", flush=True)
        input()
run_stage("train", main)
"""


@pytest.fixture
def training(tmp_path: Path):
    """Return a process that holds the lock of stage `train` in a folder."""
    (tmp_path / "project").mkdir()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", TRAINING], cwd=tmp_path / "project", **pipes) as process:
        assert process.stdout.readline() == b"at work\n"
        yield process
        process.kill()


def named(process: subprocess.Popen[bytes], folder: Path, host: str = "") -> str:
    return f"{host or socket.gethostname()}:{process.pid}:{folder / 'project'}"


def test_a_process_is_named_by_host_number_and_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert this_process() == f"{socket.gethostname()}:{os.getpid()}:{tmp_path}"


def test_it_is_gone_once_it_holds_no_lock(training, tmp_path: Path) -> None:
    name = named(training, tmp_path)
    assert not is_gone(name, "train")
    assert is_gone(name, "baseline")
    assert is_gone(name.replace(f":{training.pid}:", ":1:"), "train")
    training.kill()
    training.wait()
    assert is_gone(name, "train")


def test_a_removed_folder_has_nobody_at_work(training, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "project")
    assert is_gone(named(training, tmp_path), "train")


def test_looking_leaves_the_lock_free(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", TRAINING], cwd=tmp_path, input=b"\n", check=True, timeout=20)
    assert done.returncode == 0
    assert is_gone(f"{socket.gethostname()}:1:{tmp_path}", "train")
    subprocess.run([sys.executable, "-c", TRAINING], cwd=tmp_path, input=b"\n", check=True, timeout=20)


def test_of_another_host_nothing_is_known(training, tmp_path: Path) -> None:
    name = named(training, tmp_path, host="elsewhere")
    training.kill()
    training.wait()
    assert not is_gone(name, "train")


def test_only_running_runs_of_the_role_whose_process_is_gone_are_ended(client, training, tmp_path: Path) -> None:
    experiment = client.create_experiment("machines")
    gone = f"{socket.gethostname()}:1:{tmp_path}"

    def make(process: str | None, role: str = "candidate", status: str = "RUNNING") -> str:
        tags = {ROLE: role, **({PROCESS: process} if process else {})}
        run = client.create_run(experiment, tags=tags).info.run_id
        client.update_run(run, status)
        return run

    left = {make(gone), make(gone)}
    own = make(gone)
    kept = {
        own: "RUNNING",
        make(gone, role="baseline"): "RUNNING",
        make(gone, status="FINISHED"): "FINISHED",
        make(named(training, tmp_path)): "RUNNING",
        make(gone.replace(socket.gethostname(), "elsewhere")): "RUNNING",
        make(None): "RUNNING",
    }
    assert set(end_abandoned(client, experiment, "train", "candidate", own)) == left
    assert {run: client.get_run(run).info.status for run in kept} == kept
    assert {client.get_run(run).info.status for run in left} == {"KILLED"}
    assert end_abandoned(client, experiment, "train", "candidate", own) == []


@pytest.mark.slow
def test_the_next_training_ends_a_killed_ones_run_but_not_one_at_work(project) -> None:
    """A process of its own streams, as stage `train` does in another working folder of the same project."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", STREAMING], cwd=project.root, **pipes) as process:
        assert process.stdout.readline() == b"at work\n"
        client, name = connect(), RunName.of("train", "first" * 12)
        [run] = client.search_runs([client.get_experiment_by_name(name.model).experiment_id])
        find_or_create(client, RunName.of("train", "second" * 10))
        assert client.get_run(run.info.run_id).info.status == "RUNNING"
        process.kill()
        process.wait()
        find_or_create(client, RunName.of("train", "second" * 10))
        assert client.get_run(run.info.run_id).info.status == "KILLED"
