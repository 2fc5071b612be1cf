from pathlib import Path

import pytest

from vaegis.cli.options import require_suffix
from vaegis.errors import ConfigError


def test_a_page_has_the_name_of_a_page():
    require_suffix(None, ".html", "--out")
    require_suffix(Path("a/b.html"), ".html", "--out")
    with pytest.raises(ConfigError, match=r"rows.parquet is not named \*.html; .*; change: --out"):
        require_suffix(Path("rows.parquet"), ".html", "--out")


def test_rows_have_the_name_of_rows_or_of_a_folder():
    for name in ("a/b.parquet", "a/b", ".", ".."):
        require_suffix(Path(name), ".parquet", "--output", or_folder=True)
    with pytest.raises(ConfigError, match=r"s.csv is not named \*.parquet; allowed: .*, or a folder without a suffix"):
        require_suffix(Path("s.csv"), ".parquet", "--output", or_folder=True)


@pytest.mark.parametrize("words", [("score", "rows.parquet"), ("simulate", "--hold", "load_kw=1"), ("sample", "3")])
def test_no_rows_are_written_under_the_name_of_another_format(here, vaegis, words):
    with pytest.raises(ConfigError, match=r"x\.csv is not named \*\.parquet; allowed: a file .*; change: --output"):
        vaegis(*words, "--model", "bundle", "--output", "x.csv")
    assert not (here / "x.csv").exists()


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("explain", "m1", "--out"), "--out"),
        (("report", "--output"), "--output"),
        (("privacy", "a", "--train", "b", "--holdout", "c", "--html"), "--html"),
        (("privacy", "a", "--train", "b", "--holdout", "c", "--out"), "--out"),
        (("demo", "tamper", "--svg"), "--svg"),
    ],
)
def test_no_page_takes_the_place_of_rows(here, vaegis, words, option):
    with pytest.raises(ConfigError, match=f"change: {option}"):
        vaegis(*words, "rows.parquet")
