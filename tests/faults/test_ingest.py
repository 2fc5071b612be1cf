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

FILE = (
    PROGRAM[: PROGRAM.index("room.fetch")]
    + """
from vaegis.inference.infer import infer
from vaegis.data.sources.file import FileTable
from vaegis.data.sources.ingest_file import ingest_file
from vaegis.data.files.table_file import read, sniff

store.mkdir(exist_ok=True)
repo = store.parent / "feature_repo"
source = store.parent / "pumps.csv"
written = sniff(source)
FileTable.of(infer(read(source, written), name="pumps"), written).save(repo / "source.json")
ingest_file(str(source), repo, store, store / "receipt.json")
"""
)


def run(deadly, store, program=PROGRAM):
    command = [sys.executable, "-c", program, str(deadly), str(store)]
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


@pytest.mark.parametrize("deadly", [2, 3])
def test_a_killed_ingest_of_a_file_is_repaired_by_the_next(tmp_path, deadly):
    """The definition is the first write, the table the second, the receipt the third."""
    (tmp_path / "pumps.csv").write_text("load_kw\n" + "".join(f"{row / 7:.3f}\n" for row in range(300)))
    store = tmp_path / "store"
    killed = run(deadly, store, FILE)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not (store / "receipt.json").exists()
    again = run(0, store, FILE)
    assert again.returncode == 0, again.stderr
    assert sorted(file.name for file in store.iterdir()) == ["pumps.parquet", "receipt.json"]
    assert pq.read_table(store / "pumps.parquet").num_rows == 300
