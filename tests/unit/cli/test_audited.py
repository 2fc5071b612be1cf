import pytest

from tests.fixtures.known_generators import rows
from vaegis.cli.audited import read_tables
from vaegis.errors import ArtifactError, DataError


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / name for name in ("made.csv", "train.parquet", "holdout.csv")]
    frames = [rows(300, seed) for seed in range(3)]
    frames[1]["row_id"] = [f"id-{number}" for number in range(300)]
    frames[1].to_parquet(paths[1])
    for path, frame in ((paths[0], frames[0]), (paths[2], frames[2].assign(row_id="x"))):
        frame.to_csv(path, index=False)
    return paths


def test_three_files_of_any_form_become_one_contract(files):
    tables = read_tables(*files, [])
    assert list(tables.made) == list(tables.train) == list(tables.holdout) == ["a", "b", "c", "group", "side"]
    assert [column.is_discrete for column in tables.columns] == [False, False, False, True, True]
    assert tables.notes == ["row_id is not in made.csv: left out"]


def test_a_column_can_be_dropped_and_a_wrong_name_is_refused(files):
    assert "side" not in read_tables(*files, ["side"]).made
    with pytest.raises(DataError, match=r"no column .sides.; .*--drop"):
        read_tables(*files, ["sides"])


def test_what_is_missing_or_of_another_type_is_named(files, tmp_path):
    with pytest.raises(ArtifactError, match=r"none\.csv"):
        read_tables(tmp_path / "none.csv", *files[1:], [])
    rows(300, 0).assign(a="much").to_csv(files[0], index=False)
    with pytest.raises(DataError, match=r"column 'a' holds 'much'.*SYNTHETIC"):
        read_tables(*files, [])
    rows(300, 0).rename(columns=str.upper).to_csv(files[0], index=False)
    with pytest.raises(DataError, match="has none of the training columns"):
        read_tables(*files, [])
