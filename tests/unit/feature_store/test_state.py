"""The fingerprint: still while nothing changes, changed by a corrected value, and without Feast."""

import subprocess
import sys

import pandas as pd
import pytest

from vaegis.errors import ArtifactError
from vaegis.feature_store.state import fingerprint


def write(folder, kw):
    folder.mkdir(parents=True, exist_ok=True)
    times = pd.date_range("2014-01-01", periods=3, freq="h", tz="UTC")
    pd.DataFrame({"t": times, "kw": kw, "mode": "a"}).to_parquet(folder / "load.parquet")


def test_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "store", [1.0, 2.0, 3.0])
    (tmp_path / "store" / ".load.parquet.partial").write_bytes(b"half")
    found = fingerprint(["store"])["store"]
    assert list(found) == ["load.parquet"]
    assert found["load.parquet"]["rows"] == 3
    assert found["load.parquet"]["columns"]["kw"] == "double"
    assert found["load.parquet"]["times"]["t"] == ["2014-01-01T00:00:00+00:00", "2014-01-01T02:00:00+00:00"]


def test_it_changes_with_a_value_and_only_then(tmp_path):
    write(tmp_path, [1.0, 2.0, 3.0])
    first = fingerprint([str(tmp_path)])
    write(tmp_path, [1.0, 2.0, 3.0])
    assert fingerprint([str(tmp_path)]) == first
    write(tmp_path, [1.0, 2.0, 4.0])
    assert fingerprint([str(tmp_path)]) != first


def test_a_time_column_without_statistics_or_values(tmp_path):
    frame = pd.DataFrame({"t": pd.to_datetime(["2014-01-01", "2014-01-03"]), "empty": pd.Series([pd.NaT, pd.NaT])})
    frame.to_parquet(tmp_path / "a.parquet", write_statistics=False)
    found = fingerprint([str(tmp_path)])[str(tmp_path)]["a.parquet"]["times"]
    assert found == {"t": ["2014-01-01T00:00:00", "2014-01-03T00:00:00"], "empty": None}


def test_a_missing_folder_or_a_torn_file_is_one_line(tmp_path):
    with pytest.raises(ArtifactError, match=r"folder .*/no does not exist; change: params.yaml: source_state.folders"):
        fingerprint([str(tmp_path / "no")])
    (tmp_path / "torn.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(ArtifactError, match=r"torn\.parquet is not a whole Parquet file"):
        fingerprint([str(tmp_path)])


def test_looking_does_not_import_feast():
    program = (
        "import sys, vaegis.feature_store.state, pipelines.source_state\n"
        "heavy = {'feast', 'duckdb', 'torch', 'mlflow', 'dask', 'great_expectations'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_single_file_is_looked_at_too(tmp_path):
    write(tmp_path, [1.0, 2.0, 3.0])
    file = str(tmp_path / "load.parquet")
    assert fingerprint([file])[file]["rows"] == 3


def test_definitions_elsewhere_count(tmp_path):
    (tmp_path / "repo/more").mkdir(parents=True)
    (tmp_path / "repo/feature_store.yaml").write_text("project: x\n")
    (tmp_path / "repo/more/views.py").write_text("a = 1\n")
    (tmp_path / "repo/registry.db").write_bytes(b"1")
    repo = str(tmp_path / "repo")
    first = fingerprint([], repo)
    assert list(first[repo]) == ["feature_store.yaml", "more/views.py"]
    (tmp_path / "repo/registry.db").write_bytes(b"2")
    assert fingerprint([], repo) == first
    (tmp_path / "repo/more/views.py").write_text("a = 2\n")
    assert fingerprint([], repo) != first
    with pytest.raises(ArtifactError, match=r"the Feast repository .*gone does not exist"):
        fingerprint([], str(tmp_path / "gone"))
