import re

import pandas as pd
import pytest

from vaegis.data.origin import origin_of
from vaegis.errors import ConfigError


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


def test_only_generated_rows_are_replaced(here, vaegis):
    for seed in ("1", "2"):
        vaegis("sample", "5", "--model", "bundle", "--output", "made.parquet", "--seed", seed)
    assert origin_of(here / "made.parquet")["seed"] == 2
    with pytest.raises(ConfigError, match=r"rows\.parquet is there already; allowed: a new place, or generated rows"):
        vaegis("sample", "5", "--model", "bundle", "--output", "rows.parquet")


def test_at_least_one_row(here, vaegis):
    vaegis("sample", "0", "--model", "bundle", code=2)
