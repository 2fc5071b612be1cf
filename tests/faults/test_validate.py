"""Kill stage `validate` in the middle: no half-written file, and the next run makes what an unharmed one makes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from vaegis.contract import ColumnSpec, TableSchema

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "pipelines.validate"]
RESULTS = ("data/validated/clean.parquet", "data/validated/quarantine.parquet", "reports/validation/report.json")
LOAD = {"kind": "numeric", "role": "feature", "minimum": 0, "maximum": 9, "max_missing": 0.5}
COLUMNS = (
    ColumnSpec(name="machine", dtype="string", kind="identifier", role="key"),
    ColumnSpec(name="at", dtype="timestamp", kind="time", role="time"),
    ColumnSpec(name="load_kw", dtype="float64", **LOAD),
)


@pytest.fixture
def project(tmp_path):
    """A project folder with a small pulled table: one load out of range, one key twice at the source."""
    pulled = tmp_path / "data" / "pulled"
    pulled.mkdir(parents=True)
    times = pd.date_range("2014-01-01", periods=500, freq="h", tz="UTC").astype("datetime64[us, UTC]")
    keys = pd.DataFrame({"machine": "m1", "at": times})
    keys.assign(load_kw=[99.0] + [float(i % 9) for i in range(499)]).to_parquet(pulled / "rows.parquet", index=False)
    source = pd.concat([keys, keys.iloc[[7]]])
    source.to_parquet(pulled / "source_keys.parquet", index=False)
    source[source.duplicated(keep=False)].to_parquet(pulled / "duplicates.parquet", index=False)
    pd.DataFrame({"machine": ["m1"], "month": ["2014-01"], "completeness": [1.0]}).to_parquet(
        pulled / "coverage.parquet", index=False
    )
    TableSchema(service="machines_v1", columns=COLUMNS, cadence_seconds=3600.0).save(pulled / "schema.json")
    rule = {"type": "expect_compound_columns_to_be_unique", "kwargs": {"column_list": ["machine", "at"]}}
    (tmp_path / "feature_repo").mkdir()
    (tmp_path / "feature_repo" / "expectations.json").write_text(json.dumps([{**rule, "table": "source"}]))
    (tmp_path / "params.yaml").write_text("validate: {}\n")
    return tmp_path


def start(project):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(COMMAND, cwd=project, env=environment, stderr=subprocess.PIPE, text=True)


def run(project):
    process = start(project)
    _, said = process.communicate(timeout=120)
    return process.returncode, said


def results(project):
    return {name: (project / name).read_bytes() for name in RESULTS if (project / name).exists()}


def kill_when(project, path):
    process = start(project)
    deadline = time.monotonic() + 120
    while not (project / path).exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.0005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_a_killed_run_leaves_whole_files_or_none_and_the_next_repairs_it(project):
    assert run(project)[0] == 0
    unharmed = results(project)
    assert set(unharmed) == set(RESULTS)
    for moment in ("reports/validation/.docs.partial", RESULTS[0]):
        for name in RESULTS:
            (project / name).unlink()
        (project / RESULTS[2]).write_text("old")
        kill_when(project, moment)
        for name, content in results(project).items():
            assert content == unharmed[name] or (name, content) == (RESULTS[2], b"old")
        assert run(project)[0] == 0
        assert results(project) == unharmed
    assert pq.read_table(project / RESULTS[1]).num_rows == 2
    assert (project / "reports/validation/docs/index.html").is_file()
    assert list(project.rglob("*.partial")) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "code", "says"),
    [
        (lambda root: (root / "params.yaml").write_text("validate: {exampels: 3}\n"), 2, "exampels"),
        (lambda root: (root / "params.yaml").write_text("validate: {examples: -1}\n"), 2, "validate.examples is -1"),
        (lambda root: (root / "data/pulled/rows.parquet").write_bytes(b"PAR1"), 4, "is not a whole Parquet file"),
        (lambda root: (root / "data/pulled/schema.json").unlink(), 4, "schema.json does not exist"),
        (lambda root: (root / "feature_repo/expectations.json").write_text("[{"), 4, "is not JSON"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(project, spoil, code, says):
    spoil(project)
    status, said = run(project)
    assert status == code
    assert said.startswith("validate: error: ")
    assert says in said
    assert said.count("\n") == 1
    assert results(project) == {}
    assert not (project / "reports/validation/docs").exists()
