"""A small table of mixed columns with one hidden cause, and a clone of the repository after a small run."""

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec, TableSchema


def _fixture(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / "fixtures" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_CLONE, _BROWSER, _DEVTOOLS = _fixture("clone"), _fixture("browser"), _fixture("devtools")
make_clone, shared_clone, clone = _CLONE.make_clone, _CLONE.shared_clone, _CLONE.clone
browse, probe = _BROWSER.browse, _BROWSER.probe


@pytest.fixture
def tab(tmp_path):
    """Yield a tab of a real browser without a window, where this machine has one."""
    if _BROWSER.BROWSER is None:
        pytest.skip("no chromium or google-chrome on PATH")
    yield from _DEVTOOLS.open_tab(_BROWSER.BROWSER, _BROWSER.OPTIONS, tmp_path)


_ADDRESSES = {name: os.environ.get(name) for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI")}
FEAST_SETTINGS = """\
project: small
provider: local
registry: {registry_type: sql, path: "sqlite:///${PWD}/data/feast/registry.db"}
online_store: {type: sqlite, path: ../data/feast/online_store.db}
offline_store: {type: vaegis.feature_store.asof.AsofOfflineStore}
entity_key_serialization_version: 3
"""
LONGEST_FIRST = ("e2e/test_flights", "e2e/test_pipeline", "e2e/test_init", "e2e", "faults", "statistical", "")


def pytest_collection_modifyitems(items):
    """Put files with whole pipelines first and files of quick tests last: no worker ends alone with a long one.

    One that makes the shared clone comes before two that need none, so that nobody waits for it.
    """
    root = Path(__file__).parent
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    place = {}
    for path in {item.path for item in items}:
        name = path.relative_to(root).as_posix()
        place[path] = path not in slow, next(n for n, start in enumerate(LONGEST_FIRST) if name.startswith(start))
    items.sort(key=lambda item: place[item.path])


@pytest.fixture(autouse=True)
def leave_no_address():
    """Undo what connecting writes into the environment: the next test's processes would ask this one's database."""
    yield
    for name, value in _ADDRESSES.items():
        os.environ.pop(name, None) if value is None else os.environ.update({name: value})


@pytest.fixture(scope="session")
def feast_settings() -> str:
    """Return the `feature_store.yaml` of a repository whose stores lie in the project's `data/feast`."""
    return FEAST_SETTINGS


@pytest.fixture(scope="session")
def machine_schema() -> TableSchema:
    """Return a contract with numeric, whole-number, angle, text, binary, label and context columns."""
    columns = (
        ColumnSpec(name="machine", dtype="string", kind="identifier", role="key"),
        ColumnSpec(name="at", dtype="timestamp", kind="time", role="time"),
        ColumnSpec(name="load_kw", dtype="float64", kind="numeric", role="feature", unit="kW"),
        ColumnSpec(name="mode", dtype="string", kind="category", role="feature"),
        ColumnSpec(name="heat_c", dtype="float64", kind="numeric", role="feature", unit="degC"),
        ColumnSpec(name="parts", dtype="int64", kind="numeric", role="feature"),
        ColumnSpec(name="running", dtype="bool", kind="binary", role="feature"),
        ColumnSpec(name="tilt_deg", dtype="float64", kind="angle", role="feature", unit="deg"),
        ColumnSpec(name="operator", dtype="string", kind="category", role="context"),
        ColumnSpec(name="broken", dtype="bool", kind="binary", role="label"),
    )
    return TableSchema(service="machines_v1", columns=columns, cadence_seconds=3600.0)


@pytest.fixture(scope="session")
def make_machines() -> Callable[..., pd.DataFrame]:
    """Return a function that makes `num_rows` hourly rows from `start`."""

    def make(num_rows: int, seed: int = 0, start: str = "2014-01-01") -> pd.DataFrame:
        random = np.random.default_rng(seed)
        cause = random.normal(size=num_rows)
        heat = 40 + 5 * cause + random.normal(size=num_rows)
        heat[random.random(num_rows) < 0.02] = np.nan
        return pd.DataFrame(
            {
                "machine": "m1",
                "at": pd.date_range(start, periods=num_rows, freq="h", tz="UTC").astype("datetime64[us, UTC]"),
                "load_kw": 100 * cause + 10 * random.normal(size=num_rows),
                "mode": np.where(cause + 0.5 * random.normal(size=num_rows) > 0.5, "fast", "slow"),
                "heat_c": heat,
                "parts": random.poisson(np.exp(1 + 0.3 * cause)),
                "running": random.random(num_rows) < 0.9,
                "tilt_deg": random.uniform(-180, 180, size=num_rows),
                "operator": "ann",
                "broken": random.random(num_rows) < 0.01,
            }
        )

    return make


@pytest.fixture(scope="session")
def fitted_machines(machine_schema, make_machines):
    """Return a small fitted variational autoencoder."""
    import vaegis
    from vaegis.config.model import ModelConfig
    from vaegis.config.train import TrainConfig

    config = TrainConfig(
        latent_dim=3, hidden=[32, 16], epochs=40, batch_rows=128, learning_rate=5e-3, accelerator="cpu"
    )
    return vaegis.fit(make_machines(2_000), ModelConfig.plain(config), schema=machine_schema)


@pytest.fixture(scope="session")
def fitted_autoencoder(machine_schema, make_machines):
    """Return its deterministic twin."""
    import vaegis
    from vaegis.config.model import ModelConfig
    from vaegis.config.train import TrainConfig

    config = TrainConfig(kind="autoencoder", latent_dim=3, hidden=[32, 16], epochs=4, batch_rows=128, accelerator="cpu")
    return vaegis.fit(make_machines(2_000), ModelConfig.plain(config), schema=machine_schema)
