"""A file into the store: again when it changes, and never half."""

import json

import numpy as np
import pandas as pd
import pytest

from vaegis.data.files.table_file import read, sniff
from vaegis.data.sources.file import FileTable
from vaegis.data.sources.ingest_file import ingest_file
from vaegis.errors import ArtifactError, ConfigError, DataError
from vaegis.inference.infer import infer


@pytest.fixture
def project(tmp_path):
    rng = np.random.default_rng(0)
    pd.DataFrame({"load_kw": rng.normal(size=300), "stops": rng.poisson(1.0, 300)}).to_csv(
        tmp_path / "pumps.csv", index=False
    )
    (tmp_path / "feature_repo").mkdir()
    written = sniff(tmp_path / "pumps.csv")
    table = FileTable.of(infer(read(tmp_path / "pumps.csv", written), name="pumps"), written)
    table.save(tmp_path / "feature_repo" / "source.json")
    return tmp_path


def ingest(project, path=None):
    store = project / "store"
    return ingest_file(str(path or project / "pumps.csv"), project / "feature_repo", store, store / "receipt.json")


def stored(project):
    return pd.read_parquet(project / "store" / "pumps.parquet")


def test_it_writes_the_rows_and_says_so_without_a_machines_paths(project):
    record = ingest(project)
    assert (record["file"], record["files"], record["tables"]) == ("pumps.csv", 1, {"pumps": {"rows": 300}})
    assert str(project) not in json.dumps(record)
    assert len(stored(project)) == 300


def test_a_second_run_leaves_corrections_alone(project):
    first = ingest(project)
    stored(project).head(10).to_parquet(project / "store" / "pumps.parquet")
    assert ingest(project) == first
    assert len(stored(project)) == 10


def test_new_rows_are_taken_over(project):
    first = ingest(project)
    with (project / "pumps.csv").open("a") as file:
        file.write("0.5,2\n")
    assert ingest(project)["sha256"] != first["sha256"]
    assert len(stored(project)) == 301


def test_another_definition_reads_anew(project):
    ingest(project)
    path = project / "feature_repo" / "source.json"
    record = json.loads(path.read_text())
    record["columns"] = [["load_kw", "float64"]]
    path.write_text(json.dumps(record))
    ingest(project)
    assert "stops" not in stored(project)


def test_a_lost_table_comes_back(project):
    ingest(project)
    (project / "store" / "pumps.parquet").unlink()
    ingest(project)
    assert len(stored(project)) == 300


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("load_kw\n" + "1.5\n" * 9, "column 'stops' is missing; allowed: load_kw, stops"),
        ("load_kw,stops\n1.5,2\noff,3\n", "column 'load_kw', row 2: 'off' is no number"),
        ("load_kw,stops\n1.5,2.5\n", "column 'stops', row 1: '2.5' is no whole number"),
        ("load_kw,stops\n1.5,2\n3\n", r"row 2 has 1 cells"),
        ("\x00" * 99, "zero bytes"),
    ],
)
def test_a_file_that_no_longer_fits_leaves_the_store_as_it_is(project, content, message):
    ingest(project)
    before = {file.name: file.read_bytes() for file in (project / "store").iterdir()}
    (project / "pumps.csv").write_text(content)
    with pytest.raises((DataError, ArtifactError), match=message):
        ingest(project)
    assert {file.name: file.read_bytes() for file in (project / "store").iterdir()} == before


def test_further_columns_are_let_be(project):
    content = (project / "pumps.csv").read_text().splitlines()
    (project / "pumps.csv").write_text("\n".join([f"new,{content[0]}", *(f"x,{line}" for line in content[1:])]))
    ingest(project)
    assert "new" not in stored(project)


def test_a_file_that_is_gone_says_what_the_store_holds(project):
    with pytest.raises(ArtifactError, match=r"nowhere\.csv does not exist; change: params\.yaml"):
        ingest(project, project / "nowhere.csv")
    ingest(project)
    (project / "pumps.csv").unlink()
    with pytest.raises(ArtifactError, match="does not exist; the store still holds its rows"):
        ingest(project)


def test_no_path_is_one_line(project):
    with pytest.raises(ConfigError, match=r"ingest\.path is empty; allowed: a file or folder"):
        ingest_file("", project / "feature_repo", project / "store", project / "store" / "receipt.json")


def test_the_same_bytes_on_every_run(project):
    ingest(project)
    first = (project / "store" / "pumps.parquet").read_bytes()
    (project / "store" / "receipt.json").unlink()
    ingest(project)
    assert (project / "store" / "pumps.parquet").read_bytes() == first
