import pandas as pd
import pytest

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


def test_output_among_the_input_is_refused(here, vaegis):
    (here / "in").mkdir()
    with pytest.raises(ConfigError, match=r"in/out lies in in, which is read"):
        vaegis("score", "in", "--model", "bundle", "--output", "in/out")
