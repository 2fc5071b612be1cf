"""SIGKILL between any two writes of ingest: what stands is whole, no receipt lies, the next run repairs."""

import signal
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

PROGRAM = """
import os, signal, sys
from pathlib import Path
import pyarrow as pa
from vaegis import durable
from vaegis.data.artifact import Artifact
from vaegis.data.sources import ingest as room
from vaegis.data.sources.source import Source

deadly, store = int(sys.argv[1]), Path(sys.argv[2])
calls = 0
sync = durable._sync

def sync_or_die(path):
    global calls
    calls += 1
    if calls == deadly:
        with path.open("r+b") as file:  # as a machine would leave it: half of the bytes
            file.truncate(path.stat().st_size // 2)
        os.kill(os.getpid(), signal.SIGKILL)
    sync(path)

durable._sync = sync_or_die
room.fetch = lambda artifact: Path("unused")
tables = {name: pa.table({"x": list(range(1000))}) for name in ("a", "b", "c")}
artifact = Artifact(requirement="x==1", filename="x", sha256="0")
source = Source(name="s", artifact=artifact, licence="", attribution="", revision=1, read=lambda _path: tables)
room.ingest(source, store, store / "receipt.json")
"""


def run(deadly, store):
    command = [sys.executable, "-c", PROGRAM, str(deadly), str(store)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("deadly", [1, 2, 4])
def test_a_killed_ingest_is_repaired_by_the_next(tmp_path, deadly):
    killed = run(deadly, tmp_path)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "receipt.json").exists()
    assert all(pq.read_table(file).num_rows == 1000 for file in tmp_path.glob("[!.]*.parquet"))
    assert len(list(tmp_path.glob("[!.]*.parquet"))) == deadly - 1
    again = run(0, tmp_path)
    assert again.returncode == 0, again.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.parquet", "b.parquet", "c.parquet", "receipt.json"]
