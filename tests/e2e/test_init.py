"""From a file, or a Feast repository, to a registered model: as somebody would who has the wheel and nothing else."""

import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import venv
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
import yaml
from mlflow import MlflowClient

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent


def _load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / f"tests/fixtures/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


own_table = _load("own_table")


class Installed:
    """An environment with the wheel, which borrows all other packages, and what is run in it."""

    def __init__(self, folder):
        self.bin = folder / "bin"
        self.package = next(folder.glob("lib/python*/site-packages")) / "vaegis"

    def environment(self, cwd):
        """Return what a shell in `cwd` has, far from the checkout: the tools are found on the path."""
        kept = {
            key: value for key, value in os.environ.items() if key != "PYTHONPATH" and not key.startswith("MLFLOW_")
        }
        kept["PATH"] = os.pathsep.join([str(self.bin), str(TOOLS), os.environ["PATH"]])
        kept["PWD"] = str(cwd)  # as every shell sets it; Feast reads it
        return kept

    def run(self, *command, cwd, expect=0):
        environment = self.environment(cwd)
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == expect, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder / "dist", ROOT], check=True)
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (wheel,) = (folder / "dist").glob("vaegis-*.whl")
    python = ["--python", str(folder / "venv/bin/python")]
    install = ["install", "--no-deps", "--no-index", "--ignore-installed", str(wheel)]
    subprocess.run([*pip, *python, *install], check=True)
    return Installed(folder / "venv")


@pytest.fixture(scope="module")
def jobs(installed, tmp_path_factory):
    """Return the project of the jobs after its first `dvc repro`, and the seconds that took."""
    folder = tmp_path_factory.mktemp("user")
    own_table.jobs(6_000).to_csv(folder / "jobs.csv", index=False)
    began = time.monotonic()
    installed.run("vaegis", "init", "jobs.csv", "mine", "--label", "scrapped", "--yes", cwd=folder)
    told = installed.run("dvc", "repro", cwd=folder / "mine")
    return folder / "mine", time.monotonic() - began, told


def shown(installed, project):
    return json.loads(installed.run("vaegis", "show", "--json", cwd=project))


def shorten(project):
    """Train and measure for a moment: what is asked is whether the stages run."""
    params = yaml.safe_load((project / "params.yaml").read_text())
    for stage in ("train", "baseline"):
        params[stage]["epochs"] = 4
    params["generator"] |= {"min_steps": 100, "max_steps": 100}
    params["evaluate"] |= {"tier": "fast"}
    (project / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))


def test_a_file_becomes_a_registered_model_in_minutes(installed, jobs):
    project, seconds, _ = jobs
    assert seconds < 600
    held = shown(installed, project)
    assert held["model"] == "mine-vae"
    assert [version["version"] for version in held["versions"]] == ["1"]
    assert json.loads((project / "reports/verdict.json").read_text())["verdict"]["decision"] in ("promoted", "refused")
    schema = json.loads((project / "data/pulled/schema.json").read_text())
    roles = {column["name"]: column["role"] for column in schema["columns"]}
    assert (roles["order_id"], roles["started"], roles["scrapped_is_yes"]) == ("key", "time", "label")
    assert {roles[name] for name in ("refund_eur", "plant", "last_service", "scrapped")} == {"context"}
    assert {roles[name] for name in ("errors", "operator", "material", "temp_c", "last_service_days")} == {"feature"}


def test_make_ui_shows_the_model(installed, jobs):
    project, *_ = jobs
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        ["make", "ui", f"PORT={port}"], cwd=project, env=installed.environment(project), start_new_session=True
    )
    try:
        wait_for(process, port)
        versions = MlflowClient(address, registry_uri=address).search_model_versions("name = 'mine-vae'")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)
    assert [str(version.version) for version in versions] == ["1"]


def wait_for(process, port):
    """Return when something listens: how often MLflow's client tries is a setting that other tests change."""
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), 5):
            return
        time.sleep(0.2)


def test_a_second_run_does_nothing(installed, jobs):
    project, *_ = jobs
    before = (project / "dvc.lock").read_bytes(), shown(installed, project)
    told = installed.run("vaegis", "repro", cwd=project)
    for stage in ("pull", "validate", "train", "evaluate"):
        assert f"Running stage '{stage}'" not in told
    assert ((project / "dvc.lock").read_bytes(), shown(installed, project)) == before


def test_every_command_works_there(installed, jobs):
    project, *_ = jobs
    model = ("--model", "models:/mine-vae/1")  # it may have been refused, so there may be no champion
    installed.run("vaegis", "score", "data/validated/clean.parquet", "--output", "scored.parquet", *model, cwd=project)
    installed.run("vaegis", "sample", "50", "--output", "made.parquet", *model, cwd=project)
    assert pd.read_parquet(project / "scored.parquet")["score"].notna().all()
    assert len(pd.read_parquet(project / "made.parquet")) == 50
    assert "train.latent_dim" in installed.run("vaegis", "config", cwd=project)
    assert "missing" not in installed.run("vaegis", "doctor", cwd=project)
    installed.run("feast", "-c", "feature_repo", "feature-services", "list", cwd=project)
    untracked = installed.run("git", "status", "--porcelain", cwd=project).split()
    assert set(untracked) == {"??", "dvc.lock", "made.parquet", "scored.parquet"}


def test_monitoring_is_a_stage_there_too_and_trains_nothing(installed, jobs):
    project, *_ = jobs
    told = installed.run("dvc", "repro", "--dry", "pipelines/dvc.yaml:monitor", cwd=project)
    assert re.findall(r"Running stage '(.*)'", told) == ["code", "pipelines/dvc.yaml:monitor"]


def test_another_package_runs_the_stages_again(installed, jobs):
    project, *_ = jobs
    changed = installed.package / "errors.py"
    original = changed.read_text()
    changed.write_text(original + "\n# changed\n")
    told = installed.run("dvc", "repro", "pull", cwd=project)
    changed.write_text(original)
    assert "Running stage 'pull'" in told


def test_new_rows_in_the_file_run_it_again(installed, jobs):
    project, *_ = jobs
    path = project.parent / "jobs.csv"
    more = own_table.jobs(600, seed=1, start="2023-07-22")
    pd.concat([pd.read_csv(path, dtype=str), more.astype(object)]).to_csv(path, index=False)
    shorten(project)
    told = installed.run("make", "repro", cwd=project)
    assert "Running stage 'train'" in told
    assert len(pd.read_parquet(project / "data/store/mine.parquet")) == 6_600
    assert [version["version"] for version in shown(installed, project)["versions"]] == ["2", "1"]


def test_a_table_without_time_key_and_label_inside_a_repository(installed, tmp_path):
    own_table.parts(800).to_parquet(tmp_path / "parts.parquet")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    installed.run("vaegis", "init", "parts.parquet", "work/parts", cwd=tmp_path)
    project = tmp_path / "work/parts"
    assert not (project / ".git").exists()
    shorten(project)
    told = installed.run("vaegis", "repro", cwd=project)
    assert "verdict   parts-vae version 1" in told
    assert len(shown(installed, project)["versions"]) == 1


def test_a_feast_repository_is_used_where_it_is(installed, tmp_path):
    drivers = _load("driver_repository")
    repository = drivers.make_drivers(tmp_path / "drivers/feature_repo")
    before = drivers.contents(repository)
    installed.run("vaegis", "init", "drivers", "mine", cwd=tmp_path)
    project = tmp_path / "mine"
    shorten(project)
    assert "verdict   mine-vae version 1" in installed.run("vaegis", "repro", cwd=project)
    assert drivers.contents(repository) == before
    told = installed.run("dvc", "repro", "pull", cwd=project)
    assert "Running stage 'pull'" not in told
    source = repository / "data/driver_stats.parquet"
    pd.read_parquet(source).iloc[:-1].to_parquet(source)
    assert "Running stage 'pull'" in installed.run("dvc", "repro", "pull", cwd=project)
    with (repository / "definitions.py").open("a") as definitions:
        definitions.write("\n# changed\n")
    assert "Running stage 'pull'" in installed.run("dvc", "repro", "pull", cwd=project)


def test_without_git_it_runs_too(installed, tmp_path, monkeypatch):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("python", "dvc", "vaegis", "sh"):
        found = shutil.which(name, path=f"{installed.bin}:{TOOLS}:{os.environ['PATH']}")
        (tools / name).write_text(f'#!/bin/sh\nexec {found} "$@"\n')
        (tools / name).chmod(0o755)
    own_table.parts(300).to_csv(tmp_path / "parts.csv", index=False)
    monkeypatch.setenv("PATH", str(tools))
    environment = {**os.environ, "PATH": str(tools)}
    for command, cwd in (
        (["vaegis", "init", "parts.csv", "mine"], tmp_path),
        (["dvc", "repro", "admit"], tmp_path / "mine"),
    ):
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
    assert (tmp_path / "mine/data/admitted.json").is_file()
