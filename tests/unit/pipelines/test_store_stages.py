"""The stages ingest, source_state and pull as processes, the way DVC starts them, in a small project of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from vaegis.data.files.table_file import read, sniff
from vaegis.data.sources.file import FileTable
from vaegis.inference.infer import infer

ROOT = Path(__file__).parents[3]


def stage(name, project):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", f"pipelines.{name}"]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "params.yaml").write_text("ingest:\n  source: none\n")
    return tmp_path


def test_ingest_of_none_leaves_the_store_alone(project):
    done = stage("ingest", project)
    assert done.returncode == 0, done.stderr
    assert json.loads((project / "data" / "ingested.json").read_text()) == {"source": "none"}
    assert not (project / "data" / "store").exists()


@pytest.mark.parametrize(
    ("name", "params", "line"),
    [
        (
            "ingest",
            "ingest:\n  source: moon\n",
            "ingest: error: ingest.source is 'moon'; allowed: ",
        ),
        ("ingest", "ingest:\n  sauce: none\n", "ingest: error: ingest.sauce: "),
        ("source_state", "source_state:\n  folders: [nowhere]\n", "source_state: error: folder nowhere does not exist"),
        ("pull", "pull:\n  max_rows: -1\n", "pull: error: pull.max_rows is -1; allowed: at least 0"),
        ("pull", "pull: {}\n", "feature_store.yaml does not exist"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(project, name, params, line):
    (project / "params.yaml").write_text(params)
    done = stage(name, project)
    assert done.returncode != 0
    assert line in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (project / "data" / "pulled").exists()


def test_ingest_of_a_file_fills_the_store_again_when_it_changes(project):
    (project / "params.yaml").write_text("ingest:\n  source: file\n  path: pumps.csv\n")
    (project / "pumps.csv").write_text("load_kw\n" + "".join(f"{row / 7:.3f}\n" for row in range(300)))
    written = sniff(project / "pumps.csv")
    table = FileTable.of(infer(read(project / "pumps.csv", written), name="pumps"), written)
    table.save(project / "feature_repo" / "source.json")
    for rows in (300, 301):
        done = stage("ingest", project)
        assert done.returncode == 0, done.stderr
        assert json.loads((project / "data" / "ingested.json").read_text())["tables"] == {"pumps": {"rows": rows}}
        assert len(pd.read_parquet(project / "data" / "store" / "pumps.parquet")) == rows
        with (project / "pumps.csv").open("a") as file:
            file.write("1.5\n")
    (project / "pumps.csv").write_text("load_kw\n1.5\noff\n")
    done = stage("ingest", project)
    assert done.returncode == 3
    assert "ingest: error: column 'load_kw', row 2: 'off' is no number" in done.stderr
    assert len(pd.read_parquet(project / "data" / "store" / "pumps.parquet")) == 301


def test_source_state_writes_the_same_bytes_until_a_value_changes(project):
    (project / "params.yaml").write_text("source_state:\n  folders: [store]\n")
    (project / "store").mkdir()
    states = []
    for kw in (1.0, 1.0, 2.0):
        frame = pd.DataFrame({"t": pd.to_datetime(["2014-01-01"], utc=True), "kw": [kw]})
        frame.to_parquet(project / "store" / "load.parquet")
        assert stage("source_state", project).returncode == 0
        states.append((project / "data" / "source_state.json").read_bytes())
    assert states[0] == states[1] != states[2]
