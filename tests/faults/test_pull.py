"""SIGKILL while pull writes: nothing half-written under a final name, and the next run repairs."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os, signal, sys
from vaegis import durable

deadly, calls, sync = int(sys.argv[1]), 0, durable._sync

def sync_or_die(path):
    global calls
    calls += 1
    if calls == deadly:
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)
        os.kill(os.getpid(), signal.SIGKILL)
    sync(path)

durable._sync = sync_or_die
from pipelines.pull import main
from vaegis.stage import run_stage
run_stage("pull", main)
"""


def run(deadly, project):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROGRAM, str(deadly)]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def whole(project):
    pulled = project / "data" / "pulled"
    names = [file.relative_to(pulled) for file in pulled.rglob("*") if file.is_file()]
    return {
        name.as_posix(): (pulled / name).read_bytes()
        for name in names
        if not any(part.startswith(".") for part in name.parts)
    }


@pytest.fixture
def project(tmp_path):
    """Return a project with two days of the wind farm's shape."""
    shutil.copytree(ROOT / "feature_repo", tmp_path / "feature_repo", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "params.yaml").write_text("pull: {}\n")
    store = tmp_path / "data" / "store"
    store.mkdir(parents=True)
    times = pd.date_range("2014-01-01", periods=288, freq="10min", tz="UTC")
    stamps = {"event_timestamp": times, "created_timestamp": times}
    sensors = ["pitch_deg", "power_kw", "wind_speed_ms", "vane_deg", "outdoor_temp_c", "nacelle_deg"]
    scada = {"turbine_id": "T1", "site_id": "S"} | stamps | dict.fromkeys([*sensors, "wind_direction_deg"], 1.0)
    weather = ["era5_wind_speed_ms", "era5_temp_c", "era5_pressure_hpa", "era5_air_density"]
    losses = ["availability_loss_kwh", "curtailment_loss_kwh"]
    static = {"turbine_id": "T1", "turbine": "T1", "rated_power_kw": 1.0, "elevation_m": 1.0, "rotor_diameter_m": 1.0}
    pd.DataFrame(scada).to_parquet(store / "turbine_scada.parquet")
    pd.DataFrame({"site_id": "S"} | stamps | dict.fromkeys(weather, 1.0)).to_parquet(store / "site_weather.parquet")
    pd.DataFrame({"site_id": "S"} | stamps | dict.fromkeys(losses, 1.0)).to_parquet(store / "site_losses.parquet")
    pd.DataFrame(static | stamps).head(1).to_parquet(store / "turbine_static.parquet")
    return tmp_path


@pytest.mark.slow
def test_a_killed_pull_is_repaired_by_the_next(project):
    killed = run(1, project)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert whole(project) == {}
    killed = run(3, project)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    partly = whole(project)
    assert set(partly) == {"rows.parquet", "duplicates.parquet"}
    repaired = run(0, project)
    assert repaired.returncode == 0, repaired.stderr
    mended = whole(project)
    assert set(mended) == {
        "rows.parquet",
        "duplicates.parquet",
        "source_keys.parquet",
        "coverage.parquet",
        "joined/site_losses.parquet",
        "joined/site_weather.parquet",
        "joined/turbine_static.parquet",
        "joined/views.json",
        "schema.json",
    }
    assert partly.items() <= mended.items()
    assert len(pd.read_parquet(project / "data" / "pulled" / "rows.parquet")) == 288
