import pytest

from vaegis.errors import DataError
from vaegis.feature_store import spill
from vaegis.feature_store.spill import spilling

MANY = "SELECT hash(range) AS h, repeat('x', 40) || range AS s FROM range(2_000_000) ORDER BY h"


@pytest.fixture
def folder(tmp_path):
    """Return a folder in which a killed run left something."""
    (tmp_path / ".spill").mkdir()
    (tmp_path / ".spill/left").write_text("by a killed run")
    return tmp_path / ".spill"


def test_more_than_memory_holds_goes_to_the_folder_which_is_removed(folder, monkeypatch):
    monkeypatch.setattr(spill, "_MEMORY", "64MB")
    written = 0
    with spilling(folder) as connection:
        assert not folder.exists()
        for batch in connection.sql(MANY).to_arrow_reader(65_536):
            written = max(written, sum(file.stat().st_size for file in folder.iterdir()))
            assert batch.num_rows
    assert written > 10_000_000
    assert not folder.exists()


def test_what_cannot_be_read_is_said_in_one_line(folder, tmp_path):
    (tmp_path / "a.parquet").write_text("no Parquet")
    with pytest.raises(DataError, match=r"^rows cannot be sorted: .*a\.parquet[^\n]*$"), spilling(folder) as connection:
        connection.read_parquet(str(tmp_path / "a.parquet"))
    assert not folder.exists()


def test_no_room_is_said_so(folder, monkeypatch):
    monkeypatch.setattr(spill, "_MEMORY", "64MB")
    little = "SET max_temp_directory_size = '1MB'; "
    with pytest.raises(DataError, match="rows cannot be sorted"), spilling(folder) as connection:
        list(connection.execute(little + MANY).to_arrow_reader(65_536))
    assert not folder.exists()
