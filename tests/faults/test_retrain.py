"""The whole loop in a small project: champion, drift in the store, alarm, and a `vaegis retrain` killed on its way."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from vaegis.durable import read_json
from vaegis.monitoring.state import State
from vaegis.registry.peek import peek

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
ROOT = Path(__file__).parents[2]
MODEL = "shop-vae"
OWN = ("params.yaml", "dvc.lock", "data", "models", "reports")
"""What `vaegis retrain` leaves alone, Feast's state aside: whoever reads the store registers the definitions there."""
SMALLER = {
    "train": {"epochs": 12, "hidden": [64]},
    "baseline": {"epochs": 2, "hidden": [32]},
    "generator": {"min_steps": 60, "max_steps": 60},
    "evaluate": {"tier": "fast", "max_rows": 600, "nll_rows": 100, "nll_samples": 8, "sample_rows": 300},
    "compare": {"resamples": 200},
}
PROGRAM = """
import os, signal, sys
from vaegis import durable
from vaegis.cli import main

deadly, sync = sys.argv.pop(1), durable._sync

def sync_or_die(path):
    if deadly in path.as_posix():
        os.truncate(path, path.stat().st_size // 2)
        os.kill(os.getpid(), signal.SIGKILL)
    sync(path)

durable._sync = sync_or_die
main()
"""
"""`vaegis`, killed in the middle of writing a file whose path holds a word."""


def machines(days, start, seed, hotter=0.0):
    """Return an hourly row of each of two machines, whose load, heat, flow and mode have one cause."""
    random, hours = np.random.default_rng(seed), pd.date_range(start, periods=24 * days, freq="h")
    cause, noise = random.normal(size=48 * days), random.normal(size=(4, 48 * days))
    return pd.DataFrame(
        {
            "machine": np.repeat(["m1", "m2"], 24 * days),
            "at": np.tile(hours, 2),
            "load_kw": (100 + 10 * cause + noise[0]).round(2),
            "heat_c": (40 + 5 * cause + noise[1] + hotter).round(2),
            "flow_l": (20 - 3 * cause + 0.5 * noise[2]).round(2),
            "mode": np.where(cause + 0.3 * noise[3] > 0.5, "fast", "slow"),
        }
    )


class Shop:
    """A project that `vaegis init` makes of a file, and what is asked of it."""

    def __init__(self, folder):
        self.root, self.file = folder / "shop", folder / "machines.csv"
        self.workspace, self.monitoring = self.root / "workspaces/challenger", self.root / "monitoring"
        machines(100, "2024-01-01", seed=0).to_csv(self.file, index=False)
        self.vaegis("init", "machines.csv", "shop", "--key", "machine", "--time", "at", "--yes", cwd=folder)
        params = yaml.safe_load((self.root / "params.yaml").read_text())
        changed = {stage: params[stage] | smaller for stage, smaller in SMALLER.items()}
        (self.root / "params.yaml").write_text(yaml.safe_dump(params | changed, sort_keys=False))

    def start(self, *words, deadly="", cwd=None):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
        changes = {"PYTHONPATH": str(ROOT / "src"), "PWD": str(cwd or self.root)}
        program = PROGRAM if deadly else "from vaegis.cli import main; main()"
        command = [sys.executable, "-c", program, *([deadly] if deadly else []), *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=cwd or self.root, env=kept | changes, start_new_session=True, **pipes)

    def vaegis(self, *words, code=0, deadly="", cwd=None):
        """Run a command to its end; return what it said and what it told on the way."""
        process = self.start(*words, deadly=deadly, cwd=cwd)
        said, told = process.communicate()
        assert process.returncode == code, said[-1000:] + told[-3000:]
        return (json.loads(said) if "--json" in words and code >= 0 else said), told

    def git(self, *words):
        who = ("-c", "user.name=t", "-c", "user.email=t@t")
        done = subprocess.run(["git", *who, *words], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout

    def arrive(self, rows):
        """Append rows to the table of the store, as a feed does."""
        table = self.root / "data/store/shop.parquet"
        held = pd.read_parquet(table)
        new = rows.assign(at=rows["at"].dt.tz_localize("UTC").astype(held["at"].dtype))
        pd.concat([held, new]).to_parquet(table, index=False)

    def own(self):
        """Return the bytes of the project's own files."""
        files = [file for name in OWN for file in [self.root / name, *(self.root / name).rglob("*")] if file.is_file()]
        names = {file.relative_to(self.root): file for file in files}
        return {str(name): file.read_bytes() for name, file in names.items() if name.parts[:2] != ("data", "feast")}

    def registered(self):
        """Return the model's aliases and versions."""
        held = peek(f"sqlite:///{self.root}/mlruns/mlflow.db", MODEL, ())
        return held.aliases, sorted(held.tags)

    def noted(self):
        """Return the files that lie beside what `monitor` wrote."""
        return sorted(file.name for file in self.monitoring.iterdir() if "retraining" in file.name)

    def answered(self):
        pointer = read_json(self.monitoring / "latest.json")
        return State.load(self.root / pointer["folder"], pointer["content_digest"]).answered


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A project with a champion; since then two hotter weeks came into the store, and the file was written anew."""
    shop = Shop(tmp_path_factory.mktemp("retrained"))
    shop.vaegis("repro")
    assert shop.registered() == ({"champion": "1", "challenger": "1"}, ["1"])
    shop.git("add", "--all")
    shop.git("commit", "-qm", "ran")
    shop.arrive(machines(14, "2024-04-10", seed=1, hotter=15.0))
    machines(99, "2024-01-02", seed=0).to_csv(shop.file, index=False)
    return shop


def kill_in_training(shop):
    """Start `vaegis retrain`, and kill it with everything below it once there is a checkpoint."""
    process, deadline = shop.start("retrain"), time.monotonic() + 240
    while not list(shop.workspace.glob(".scratch/train/*/last.ckpt")):
        assert time.monotonic() < deadline, "waited in vain"
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (shop.workspace / "models/candidate").exists(), "training ended before it could be disturbed"


def test_an_alarm_is_answered_once_however_often_its_retraining_is_killed(shop):
    watched, _ = shop.vaegis("monitor", "--json", code=20)
    raised = next(batch for batch in watched["batches"] if batch["status"] == "alarm")
    before, (aliases, _) = shop.own(), shop.registered()
    note = f"retraining-{raised['digest'][:12]}.md"

    kill_in_training(shop)
    assert (shop.noted(), shop.answered(), shop.registered()) == ([], "", (aliases, ["1"]))

    _, told = shop.vaegis("retrain", code=-signal.SIGKILL, deadly=f".{note}")
    assert "resuming from" in told
    assert (shop.noted(), shop.answered(), shop.registered()) == ([f".{note}.partial"], "", (aliases, ["1", "2"]))

    _, told = shop.vaegis("retrain", code=-signal.SIGKILL, deadly=".state.json")
    assert "Running stage 'train'" not in told
    assert (shop.noted(), shop.answered()) == ([note], "")
    written = (shop.monitoring / note).read_bytes()

    found, _ = shop.vaegis("retrain", "--json")
    assert (found["note"], found["version"], found["trained"]) == (f"monitoring/{note}", "2", True)
    rows = found["comparison"]["rows"]
    assert (rows["rows"], rows["blocks"]) == (sum(batch["rows"] for batch in watched["batches"][-2:]), 14)
    assert (shop.noted(), shop.answered()) == ([note], raised["digest"])
    assert (shop.monitoring / note).read_bytes() == written
    assert "on the same 672 rows" in written.decode()

    again, told = shop.vaegis("retrain", "--json")
    assert again == {"note": f"monitoring/{note}", "trained": False, "promoted": False}
    assert "Running stage" not in told
    assert shop.registered() == (aliases, ["1", "2"])
    assert shop.own() == before
    assert shop.git("status", "--porcelain") == ""
    assert [file for file in shop.root.rglob(".*.partial") if ".git" not in file.parts] == []
    assert list(shop.workspace.glob(".scratch/train/*")) == []
