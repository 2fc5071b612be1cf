import subprocess
import sys

import pandas as pd
import pytest

from vaegis.data.origin import origin_of
from vaegis.errors import ConfigError, DataError


def test_scores_for_people_machines_and_files(here, vaegis):
    told = vaegis("score", "rows.parquet", "--model", "bundle")
    assert told.startswith("200 rows by bundle; ")
    assert "--output FILE keeps them all" in told
    record = vaegis("score", "rows.parquet", "--model", "bundle", "--output", "scored.parquet", "--json")
    scored = pd.read_parquet("scored.parquet")
    assert record["rows"] == len(scored) == 200
    assert record["flagged"] == int(scored["flag"].sum())
    assert record["output"] == "scored.parquet"
    assert [row["score"] for row in record["worst"]] == pytest.approx(scored["score"].nlargest(5).tolist(), rel=1e-5)


def test_empty_table_is_refused_and_nothing_written(here, vaegis):
    pd.read_parquet("rows.parquet").iloc[:0].to_parquet("empty.parquet")
    with pytest.raises(DataError, match=r"empty\.parquet holds no rows; allowed: at least one"):
        vaegis("score", "empty.parquet", "--model", "bundle", "--output", "scored.parquet")
    assert not (here / "scored.parquet").exists()


def test_rows_without_keys_and_times_are_scored_too(here, vaegis):
    pd.read_parquet("rows.parquet").drop(columns=["machine", "at"]).to_parquet("nameless.parquet")
    record = vaegis("score", "nameless.parquet", "--model", "bundle", "--output", "scored.parquet", "--json")
    assert {(row["machine"], row["at"]) for row in record["worst"]} == {(None, None)}
    assert pd.read_parquet("scored.parquet")["at"].isna().all()


def test_rate_outside_0_to_1_is_refused(here, vaegis):
    vaegis("score", "rows.parquet", "--model", "bundle", "--rate", "2", code=2)


def test_a_folder_goes_in_and_a_folder_comes_out(here, vaegis):
    (here / "in").mkdir()
    rows = pd.read_parquet("rows.parquet")
    rows[:120].to_parquet("in/a.parquet")
    rows[120:].to_parquet("in/b.parquet")
    record = vaegis("score", "in", "--model", "bundle", "--output", "out", "--top", "2", "--json")
    scored = pd.read_parquet("out")
    assert record["rows"] == len(scored) == 200
    assert set(scored["content_digest"]) == {record["content_digest"]}
    assert scored["reasons"].dropna().str.count(", ").eq(1).all()
    assert [path.name for path in here.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("source", "output", "says"),
    [
        ("in", "in/out", r"in/out lies in in, which is read; allowed: a place elsewhere; change: --output"),
        ("in/a.parquet", "in", r"in holds in/a\.parquet, which is read"),
        ("in/a.parquet", ".", r"\. holds in/a\.parquet, which is read"),
        ("in/a.parquet", "in/../in/a.parquet", r"in/\.\./in/a\.parquet is in/a\.parquet, which is read"),
        ("in/a.parquet", "link.parquet", r"link\.parquet is in/a\.parquet, which is read"),
        ("in/a.parquet", "other", r"other is there already; allowed: a new place, or what `vaegis score` wrote"),
        ("in/a.parquet", "rows.parquet", r"rows\.parquet is there already"),
        ("in/a.parquet", "afile", r"afile is there already"),
    ],
)
def test_nothing_but_an_earlier_output_is_replaced(here, vaegis, source, output, says):
    (here / "in").mkdir()
    (here / "in/a.parquet").write_bytes((here / "rows.parquet").read_bytes())
    (here / "link.parquet").symlink_to("in/a.parquet")
    (here / "other").mkdir()
    (here / "other/_receipt.json").write_text("{}")
    (here / "other/notes.txt").touch()
    (here / "afile").touch()
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    with pytest.raises(ConfigError, match=says):
        vaegis("score", source, "--model", "bundle", "--output", output)
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("output", ["scored.parquet", "scored"])
def test_an_earlier_output_of_other_rows_is_replaced(here, vaegis, output):
    for rows in (200, 150):
        pd.read_parquet("rows.parquet")[:rows].to_parquet("in.parquet")
        vaegis("score", "in.parquet", "--model", "bundle", "--output", output)
        assert len(pd.read_parquet(output)) == rows
    assert origin_of(next((here / output).glob("*.parquet"), here / output))["command"] == "vaegis score"


@pytest.mark.slow
def test_two_at_once_wait_for_each_other(here):
    words = [sys.executable, "-c", "from vaegis.cli import main; main()", "score", "rows.parquet", "--model", "bundle"]
    runs = [subprocess.Popen([*words, "--output", "out"], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [(run.communicate(timeout=120)[1], run.returncode) for run in runs] == [("", 0)] * 2
    assert len(pd.read_parquet("out")) == 200
    assert [path.name for path in here.iterdir() if path.name.startswith(".")] == []
