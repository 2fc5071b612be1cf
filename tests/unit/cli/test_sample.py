import re

import pandas as pd


def test_rows_by_seed(here, vaegis, fitted):
    first = vaegis("sample", "7", "--model", "bundle", "--json")
    again = vaegis("sample", "7", "--model", "bundle", "--json", "--seed", "0")
    other = vaegis("sample", "7", "--model", "bundle", "--json", "--seed", "1")
    assert first["sample"] == again["sample"] != other["sample"]
    assert len(first["sample"]) == 7
    assert set(first["sample"][0]) == set(fitted.columns)


def test_file_instead_of_text(here, vaegis):
    record = vaegis("sample", "30", "--model", "bundle", "--output", "made.parquet", "--json")
    assert "sample" not in record
    assert len(pd.read_parquet("made.parquet")) == 30
    told = vaegis("sample", "30", "--model", "bundle")
    assert re.search(r"^heat_c +degC +[0-9.-]+ ", told, re.MULTILINE)
    assert "the first 5" in told


def test_at_least_one_row(here, vaegis):
    vaegis("sample", "0", "--model", "bundle", code=2)
