"""`vaegis privacy` from file to exit code; needs no project around it."""

import json

import pytest

from tests.fixtures.known_generators import leaking, rows

TRAIN = rows(1_500, 0)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    TRAIN.to_parquet("train.parquet")
    rows(1_500, 1).to_csv("holdout.csv", index=False)
    rows(1_500, 2).to_csv("fair.csv", index=False)
    leaking(TRAIN, 1_500, 0.05, 2).to_csv("leaky.csv", index=False)
    return tmp_path


REAL = ("--train", "train.parquet", "--holdout", "holdout.csv")


def test_a_leak_of_one_row_in_twenty_ends_with_seven_and_a_fair_table_with_nought(folder, vaegis):
    told = vaegis("privacy", "fair.csv", *REAL)
    assert told.startswith("no leak found: 5 of 5 limits hold")
    record = vaegis("privacy", "leaky.csv", *REAL, "--json", "--out", "leak.json", "--html", "leak.html", code=7)
    assert record["verdict"] == "leaks"
    assert record["figures"]["copy_share"]["value"] == 0.05
    assert json.loads((folder / "leak.json").read_text()) == record
    assert "Generated rows leak training rows" in (folder / "leak.html").read_text()


def test_too_few_rows_to_tell_end_with_one(folder, vaegis):
    rows(60, 3).to_csv("few.csv", index=False)
    told = vaegis("privacy", "few.csv", "--train", "few.csv", "--holdout", "holdout.csv", code=7)
    assert "leaks" in told  # its own rows
    told = vaegis("privacy", "few.csv", *REAL, code=1)
    assert told.startswith("undecided: ")


def test_mistakes_are_one_line(folder, vaegis):
    from vaegis.errors import ArtifactError, DataError

    with pytest.raises(ArtifactError, match=r"none\.csv"):
        vaegis("privacy", "none.csv", *REAL)
    rows(20, 3).to_csv("few.csv", index=False)
    with pytest.raises(DataError, match="there are 20 generated rows, and it takes 50"):
        vaegis("privacy", "few.csv", *REAL)
