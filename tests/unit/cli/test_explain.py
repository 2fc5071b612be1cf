import os
import subprocess
import sys

import pandas as pd
import pytest

from vaegis.errors import ArtifactError, ConfigError, DataError

MOMENT = "2014-01-03 05:00"


def test_a_page_and_words_about_a_row_of_a_file(here, vaegis):
    told = vaegis("explain", "m1", MOMENT, "--model", "bundle", "--rows", "rows.parquet", "--out", "card.html")
    assert told.startswith("m1 at 2014-01-03T05:00:00Z: ")
    assert "page      card.html" in told
    page = (here / "card.html").read_text()
    assert "unknown: a bundle folder, no registered version" in page
    assert "rows.parquet" in page


def test_a_project_is_asked_without_options_and_names_its_version(project, vaegis, monkeypatch):
    from vaegis.registry.registration import register

    monkeypatch.chdir(project.root)
    version = register().version
    moment = str(project.rows["at"].iloc[30])
    record = vaegis("explain", "m1", moment, "--model", f"models:/machines/{version}", "--json")
    assert record["page"].startswith("incidents/m1-")
    assert record["model"]["version"] == "machines/1"
    assert len(record["model"]["lineage key"]) == 64
    page = (project.root / record["page"]).read_text()
    assert record["model"]["lineage key"] in page
    assert {"score", "pvalue", "reasons", "similar", "normal"} <= set(record)


def test_mistakes_are_one_clear_line(here, vaegis):
    told = ("--model", "bundle", "--rows", "rows.parquet")
    with pytest.raises(DataError, match=r"is of 'm7'; allowed: 1 entities, nearest 'm1'"):
        vaegis("explain", "m7", MOMENT, *told)
    with pytest.raises(DataError, match=r"no row of 'm1' is at 2014-01-03 05:30; allowed: nearest '2014-01-03 04:00'"):
        vaegis("explain", "m1", "2014-01-03 05:30", *told)
    with pytest.raises(ConfigError, match="'soon' is no time"):
        vaegis("explain", "m1", "soon", *told)
    with pytest.raises(ArtifactError, match=r"nowhere does not exist; allowed: a bundle folder"):
        vaegis("explain", "m1", MOMENT, "--model", "nowhere", "--rows", "rows.parquet")
    with pytest.raises(ArtifactError, match=r"none\.parquet does not exist; allowed: a Parquet file of rows"):
        vaegis("explain", "m1", MOMENT, "--model", "bundle", "--rows", "none.parquet")
    with pytest.raises(ConfigError, match=r"params\.yaml does not exist; change: run in the project's root folder"):
        vaegis("explain", "m1", MOMENT, "--model", "bundle")
    (here / "params.yaml").write_text("{}")
    with pytest.raises(ArtifactError, match=r"data/validated/clean\.parquet does not exist"):
        vaegis("explain", "m1", MOMENT, "--model", "bundle")
    pd.read_parquet("rows.parquet").iloc[:0].to_parquet("empty.parquet")
    with pytest.raises(DataError, match="holds no rows"):
        vaegis("explain", "m1", MOMENT, "--model", "bundle", "--rows", "empty.parquet")


@pytest.mark.slow
def test_it_loads_neither_a_compiler_nor_lightning_nor_a_store(here):
    """A page is there in seconds because of what is left alone."""
    words = ["explain", "m1", MOMENT, "--model", "bundle", "--rows", "rows.parquet"]
    code = f"import sys; from vaegis.cli.app import app; app({words}, standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    loaded = set(done.stdout.split())
    assert {"torch", "pyarrow.parquet"} <= loaded
    assert not loaded & {"torch._dynamo", "lightning", "mlflow", "feast", "great_expectations", "matplotlib", "sklearn"}
