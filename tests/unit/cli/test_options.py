from pathlib import Path

import pytest

from vaegis.cli.options import require_suffix
from vaegis.errors import ConfigError


def test_a_page_has_the_name_of_a_page():
    require_suffix(None, ".html", "--out")
    require_suffix(Path("a/b.html"), ".html", "--out")
    with pytest.raises(ConfigError, match=r"rows.parquet is not named \*.html; .*; change: --out"):
        require_suffix(Path("rows.parquet"), ".html", "--out")


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
