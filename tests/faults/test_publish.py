"""SIGKILL while publish scores, merges or puts online: the next run goes on and ends in the bytes of one left alone."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
ARRANGE = """
import datetime, os, signal, sys
from vaegis import durable
from vaegis.feature_store import merge, online
from vaegis.serving import pieces

class Stopped(datetime.datetime):
    @classmethod
    def now(cls, zone=None):
        return cls(2020, 1, 1, tzinfo=zone)

pieces.PIECE_ROWS, merge.datetime = 100, Stopped
point, deadly, calls, sync = sys.argv.pop(1), sys.argv.pop(1), 0, durable._sync

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def sync_or_die(path):
    global calls
    calls += deadly in path.as_posix()
    if point == "write" and deadly in path.as_posix() and calls == (4 if "parts" in deadly else 1):
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)
        die()
    sync(path)

durable._sync = sync_or_die
if point == "online":
    rows = online._table_rows

    def cells_until_death(*given):
        for count, cell in enumerate(rows(*given)):
            if count == 3:
                die()
            yield cell

    online._table_rows = cells_until_death
"""
COMMAND = f"{ARRANGE}\nfrom vaegis.cli import main; main()"


def publish(project, point="never", deadly="-", model="model", source="rows.parquet"):
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    program = [sys.executable, "-c", COMMAND, point, deadly]
    command = [*program, "publish", source, "--model", model, "--json"]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def told(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def published(project):
    """Return what whoever reads the store can see: every file but the hidden ones."""
    folder = project / "data/published"
    files = [file.relative_to(folder) for file in folder.rglob("*") if file.is_file()]
    seen = [name for name in files if not any(part.startswith(".") for part in name.parts)]
    return {name.as_posix(): (folder / name).read_bytes() for name in seen}


def hidden(project):
    names = (path.relative_to(project).as_posix() for path in (project / "data/published").rglob(".*"))
    return sorted(name.removeprefix("data/published/") for name in names)


@pytest.fixture(scope="module")
def make(tmp_path_factory, fitted_machines, make_machines, feast_settings):
    """Return a function that makes a project with a model and 550 rows, the last ones first."""

    def call():
        project = tmp_path_factory.mktemp("project")
        (project / "feature_repo").mkdir()
        (project / "feature_repo/feature_store.yaml").write_text(feast_settings)
        (project / "params.yaml").write_text("register: {model: mine}\n")
        fitted_machines.save(project / "model")
        make_machines(550, seed=8)[::-1].to_parquet(project / "rows.parquet")
        return project

    return call


@pytest.fixture(scope="module")
def undisturbed(make):
    project = make()
    assert told(publish(project))["resumed_parts"] == 0
    assert hidden(project) == []
    return published(project)["machine_latents_v1/model.parquet"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "deadly", "resumed", "seen"),
    [
        ("write", ".parts/", 2, set()),
        ("write", "/.model.parquet.partial", 6, set()),
        ("online", "-", 6, {"machine_latents_v1/model.parquet"}),
    ],
    ids=["scoring", "merging", "online"],
)
def test_a_killed_publish_goes_on(make, undisturbed, point, deadly, resumed, seen):
    project = make()
    killed = publish(project, point, deadly)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert set(published(project)) == seen, "nothing half-written under a name that is read"
    again = told(publish(project))
    assert (again["rows"], again["rows_of_version"], again["resumed_parts"]) == (550, 550, resumed)
    assert published(project)["machine_latents_v1/model.parquet"] == undisturbed
    assert hidden(project) == []
    assert told(publish(project))["resumed_parts"] == 0, "what is finished is not taken up"
    assert published(project)["machine_latents_v1/model.parquet"] == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize("change", ["model", "rows"])
def test_parts_of_another_model_or_of_other_rows_are_discarded(make, fitted_autoencoder, change):
    project = make()
    killed = publish(project, "write", ".parts/")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    if change == "model":
        fitted_autoencoder.save(project / "model")
    else:
        pd.read_parquet(project / "rows.parquet").iloc[:300].to_parquet(project / "rows.parquet")
    done = told(publish(project))
    assert done["resumed_parts"] == 0
    rows = pq.read_table(project / "data/published/machine_latents_v1/model.parquet")
    assert rows.num_rows == done["rows"] == (550 if change == "model" else 300)
    assert set(rows["content_digest"].to_pylist()) == {done["content_digest"]}
    assert hidden(project) == []


@pytest.fixture(scope="module")
def with_champion(tmp_path_factory, make_project, run_stage, feast_settings, keep):
    """A project whose first version is the champion, of which nothing is published."""

    def arrange(root):
        (root / "feature_repo").mkdir()
        (root / "feature_repo/feature_store.yaml").write_text(feast_settings)
        make_project(root)
        for stage in ("register", "promote"):
            assert run_stage(root, stage).returncode == 0

    return keep(tmp_path_factory.mktemp("champion") / "project", arrange)


@pytest.fixture
def champion(with_champion, monkeypatch):
    """That project as it was, entered."""
    return with_champion.enter(monkeypatch)


@pytest.fixture
def run_publish(run_stage):
    """Return a function that runs the stage, killed at some point or not."""

    def run(root, point="never", deadly="-"):
        return run_stage(root, "publish", f"import sys\nsys.argv += [{point!r}, {deadly!r}]\n{ARRANGE}")

    return run


def reported(root, done):
    assert done.returncode == 0, done.stderr
    report = json.loads((root / "reports/publication.json").read_text())
    assert report == json.loads((root / ".scratch/published.json").read_text())["report"]
    return report


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "deadly", "resumed"),
    [
        ("write", "/.machines-1.parquet.partial", 2),
        ("online", "-", 2),
        ("write", "/.publication.json", 0),
        ("write", "/.published.json", 0),
    ],
    ids=["merging", "online", "report", "receipt"],
)
def test_a_killed_stage_goes_on(with_champion, champion, run_publish, monkeypatch, point, deadly, resumed):
    undisturbed = reported(champion, run_publish(champion))
    assert (undisturbed["published"], undisturbed["version"], undisturbed["resumed_parts"]) == (True, "machines/1", 0)
    rows = published(champion)["machine_latents_v1/machines-1.parquet"]
    with_champion.enter(monkeypatch)
    killed = run_publish(champion, point, deadly)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    report = reported(champion, run_publish(champion))
    assert (report["rows"], report["rows_of_version"], report["resumed_parts"]) == (200, 200, resumed)
    assert published(champion)["machine_latents_v1/machines-1.parquet"] == rows
    assert hidden(champion) == []
