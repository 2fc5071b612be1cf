"""Stage `train` killed, damaged and misled: what is left is whole, and the next run ends as if nothing had happened."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
import yaml

from vaegis.durable import read_json

ROOT = Path(__file__).parents[2]
PARAMS = {
    "latent_dim": 2,
    "hidden": [32, 16],
    "epochs": 14,
    "batch_rows": 64,
    "interval_steps": 20,
    "accelerator": "cpu",
    "devices": "1",
}
TWO_RANKS = {"devices": "2", "strategy": "ddp"}
pytestmark = pytest.mark.slow


class Project:
    """A folder with what stage `train` reads."""

    def __init__(self, folder: Path, **changes) -> None:
        self.folder = folder
        self.set(**changes)

    def set(self, **changes) -> None:
        sections = {"train": {**PARAMS, **changes}, "split": {"test_from": "2015-01-01"}}
        (self.folder / "params.yaml").write_text(yaml.safe_dump(sections))

    def start(self, *before: str, **changes: str) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "OMP_NUM_THREADS": "1",
            "MLFLOW_TRACKING_URI": leaving_tracker(),
        }
        return subprocess.Popen(
            [*before, sys.executable, "-m", "pipelines.train"],
            cwd=self.folder,
            env=environment | changes,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *before: str) -> tuple[int, str]:
        process = self.start(*before)
        _, told = process.communicate(timeout=300)
        return process.returncode, told

    def run_well(self) -> str:
        code, told = self.run()
        assert code == 0, told
        return told

    @property
    def result(self) -> tuple[str, str]:
        digest = read_json(self.folder / "models" / "candidate" / "bundle.json")["content_digest"]
        return digest, (self.folder / "models" / "candidate_history.csv").read_text()

    @property
    def checkpoint(self) -> Path | None:
        return next(self.folder.glob(".scratch/train/*/last.ckpt"), None)

    def kill_at_random(self, seed: int) -> None:
        """SIGKILL the first rank somewhere after a checkpoint; the others must end by themselves."""
        process = self.start()
        before = self.checkpoint.stat().st_mtime_ns if self.checkpoint else 0
        wait_for(lambda: self.checkpoint and self.checkpoint.stat().st_mtime_ns > before, process)
        time.sleep(random.Random(seed).uniform(0.0, 0.7))
        assert process.poll() is None, "training ended before it could be killed"
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)  # returns only when every rank has let go of stderr
        wait_for(lambda: not group_members(process.pid))
        assert not (self.folder / "models" / "candidate").exists()


def leaving_tracker() -> str:
    """Return the address of a server that answers once and is gone then: training must go on without it."""
    server = socket.create_server(("127.0.0.1", 0))

    def leave() -> None:
        server.accept()[0].close()
        server.close()

    threading.Thread(target=leave, daemon=True).start()
    return f"postgresql://127.0.0.1:{server.getsockname()[1]}/mlflow"


def wait_for(condition, process: subprocess.Popen[str] | None = None, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        assert process is None or process.poll() is None, process.communicate()[1]
        time.sleep(0.01)


def group_members(group: int) -> list[int]:
    members = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            members.append(int(status.parent.name))
    return members


@pytest.fixture(scope="module")
def template(tmp_path_factory, machine_schema, make_machines) -> Path:
    folder = tmp_path_factory.mktemp("template")
    (folder / "data" / "validated").mkdir(parents=True)
    make_machines(24 * 370).to_parquet(folder / "data" / "validated" / "clean.parquet")
    machine_schema.save(folder / "data" / "pulled" / "schema.json")
    stage = {"deps": ["data/validated/clean.parquet", "data/pulled/schema.json"]}
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"train": stage}}))
    return folder


@pytest.fixture
def project(template, tmp_path):
    def make(name: str = "project", **changes) -> Project:
        return Project(shutil.copytree(template, tmp_path / name), **changes)

    return make


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory):
    """Return a function that tells how a run with these settings ends if nobody disturbs it."""
    ends: dict[str, tuple[str, str]] = {}

    def end(changes) -> tuple[str, str]:
        name = str(changes)
        if name not in ends:
            whole = Project(shutil.copytree(template, tmp_path_factory.mktemp("whole") / "project"), **changes)
            whole.run_well()
            ends[name] = whole.result
        return ends[name]

    return end


@pytest.mark.parametrize(("changes", "kills"), [({}, 2), (TWO_RANKS, 1)], ids=["one rank", "two ranks"])
def test_killed_at_random_steps_it_ends_bit_equal(project, undisturbed, changes, kills):
    seed = random.SystemRandom().randrange(10**6)
    killed = project(**changes)
    for kill in range(kills):
        killed.kill_at_random(seed + kill)
    told = killed.run_well()
    assert "resuming from" in told
    assert killed.result == undisturbed(changes), f"kills drawn from seed {seed}"
    assert killed.checkpoint is None


def test_damaged_checkpoint_and_leftovers_start_over_with_a_warning(project, undisturbed):
    damaged = project()
    damaged.kill_at_random(0)
    state = damaged.checkpoint
    state.write_bytes(state.read_bytes()[:5_000])
    state.with_name("last.partial").write_bytes(b"half a state")
    partial = damaged.folder / "models" / ".candidate.partial"
    partial.mkdir(parents=True)
    (partial / "weights.safetensors").write_bytes(b"half a bundle")
    told = damaged.run_well()
    assert "is damaged: training starts over" in told
    assert damaged.result == undisturbed({})
    assert not partial.exists()
    assert not list((damaged.folder / ".scratch").rglob("*.partial"))


@pytest.mark.parametrize("changes", [{}, TWO_RANKS], ids=["one rank", "two ranks"])
def test_non_finite_loss_ends_with_one_line_and_leaves_the_last_model(project, changes):
    exploding = project(learning_rate=1e30, clip_norm=1e30, **changes)
    old = exploding.folder / "models" / "candidate"
    old.mkdir(parents=True)
    (old / "bundle.json").write_text("{}")
    code, told = exploding.run()
    assert code == 6, told
    errors = {line for line in told.splitlines() if "error" in line}
    assert len(errors) == 1
    assert "train: error: " in errors.pop()
    assert "Traceback" not in told
    assert json.loads((old / "bundle.json").read_text()) == {}
    assert not (exploding.folder / "models" / "candidate_history.csv").exists()
    assert exploding.checkpoint is None


@pytest.mark.parametrize("first_rank_dies", [True, False], ids=["the first rank", "another rank"])
def test_a_rank_that_dies_while_ranks_meet_takes_the_others_with_it(project, first_rank_dies):
    """Before the ranks are connected no broken connection tells them: they would wait half an hour."""
    started = project(**TWO_RANKS)
    process = started.start()
    wait_for(lambda: len(group_members(process.pid)) > 1, process)
    others = [member for member in group_members(process.pid) if member != process.pid]
    os.kill(process.pid if first_rank_dies else others[0], signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode != 0
    wait_for(lambda: not group_members(process.pid), seconds=10)
    assert not (started.folder / "models").exists()


def test_a_tracker_that_is_away_stops_it_in_seconds_before_anything_is_done(project):
    alone = project()
    process = alone.start(MLFLOW_TRACKING_URI="http://127.0.0.1:9")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 5
    assert told.startswith("train: error: MLflow at http://127.0.0.1:9 does not answer")
    assert told.count("\n") == 1
    assert not list(alone.folder.glob(".scratch/train/*"))


def test_a_state_that_cannot_be_written_is_one_line_and_the_last_one_stays(project, undisturbed):
    full = project()
    full.kill_at_random(0)
    state = full.checkpoint.read_bytes()
    code, told = full.run("prlimit", "--fsize=8000")  # the largest file that may be written, in bytes
    assert code == 5, told
    assert "Traceback" not in told
    assert "train: error: a file has reached the largest size allowed (" in told.splitlines()[-1]
    assert full.checkpoint.read_bytes() == state
    full.run_well()
    assert full.result == undisturbed({})


def test_a_constant_column_is_harmless(project):
    flat = project(epochs=2)
    rows = flat.folder / "data" / "validated" / "clean.parquet"
    pd.read_parquet(rows).assign(heat_c=40.0).to_parquet(rows)
    assert "content digest" in flat.run_well()
