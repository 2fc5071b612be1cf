import pytest

from vaegis.data.files.parts import find_parts
from vaegis.errors import ArtifactError, DataError


def fill(folder, *names, text="a,b\n1,2\n"):
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def test_one_file_is_one_part(tmp_path):
    fill(tmp_path, "x.csv")
    (part,) = find_parts(tmp_path / "x.csv")
    assert (part.name, part.values) == ("x.csv", ())


def test_folders_name_values(tmp_path):
    fill(
        tmp_path,
        "year=2024/site=a%20b/2.csv",
        "year=2023/site=c/1.csv.gz",
        "_SUCCESS",
        ".hidden/x.csv",
        "year=2023/notes.md",
    )
    parts = find_parts(tmp_path)
    assert [part.name for part in parts] == ["year=2023/site=c/1.csv.gz", "year=2024/site=a%20b/2.csv"]
    assert parts[1].values == (("year", "2024"), ("site", "a b"))


@pytest.mark.parametrize(("names", "message"), [((), "holds no table"), (("notes.md",), "holds no table")])
def test_a_folder_without_tables_is_one_line(tmp_path, names, message):
    fill(tmp_path, *names)
    with pytest.raises(ArtifactError, match=message):
        find_parts(tmp_path)


def test_nothing_there_is_one_line(tmp_path):
    with pytest.raises(ArtifactError, match="does not exist; allowed: CSV"):
        find_parts(tmp_path / "nowhere")


def test_mixed_folders_are_refused(tmp_path):
    fill(tmp_path, "year=2024/1.csv", "2.csv")
    with pytest.raises(DataError, match="lie in folders of other columns"):
        find_parts(tmp_path)


def test_mixed_formats_are_refused(tmp_path):
    fill(tmp_path, "1.csv")
    fill(tmp_path, "2.parquet", text="PAR1")
    with pytest.raises(DataError, match="holds Parquet beside text"):
        find_parts(tmp_path)
