from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from vaegis.config.split import SplitConfig
from vaegis.data.split import assign_roles
from vaegis.errors import ArtifactError, ConfigError
from vaegis.registry.entities import LEARNED, ROWS, pseudonym, rows_of, write_entities


@pytest.fixture
def learned(tmp_path: Path, machine_schema, make_machines) -> tuple[Path, pd.DataFrame]:
    """Write the entities of some rows; return the file and, counted by hand, the rows that shaped the model."""
    rows, split = make_machines(400), SplitConfig()
    rows.to_parquet(tmp_path / "clean.parquet")
    write_entities(tmp_path / "entities.parquet", tmp_path / "clean.parquet", machine_schema, split)
    frame = rows.reset_index()
    return tmp_path / "entities.parquet", frame[assign_roles(frame, machine_schema, split).isin(LEARNED)]


def test_every_entity_is_found_with_its_rows(learned, machine_schema) -> None:
    file, rows = learned
    [key] = machine_schema.keys
    for value, count in rows[key].value_counts().items():
        assert rows_of(file, {key: str(value)}) == count
    assert pq.read_table(file)[ROWS].to_pandas().sum() == len(rows)
    assert rows_of(file, {key: "nobody"}) == 0


def test_no_name_stands_in_the_file(learned, machine_schema) -> None:
    file, rows = learned
    content = file.read_bytes()
    for value in rows[machine_schema.keys[0]].unique():
        assert str(value).encode() not in content or len(str(value)) < 4


def test_same_rows_same_bytes(learned, tmp_path, machine_schema) -> None:
    file, _ = learned
    again = tmp_path / "again.parquet"
    write_entities(again, tmp_path / "clean.parquet", machine_schema, SplitConfig())
    assert again.read_bytes() == file.read_bytes()


def test_pseudonyms_differ_by_key_and_value() -> None:
    assert len({pseudonym("a", 1), pseudonym("b", 1), pseudonym("a", 2)}) == 3
    assert pseudonym("a", 1) == pseudonym("a", "1")


def test_bad_questions_are_one_line(learned, tmp_path) -> None:
    file, _ = learned
    with pytest.raises(ConfigError, match="colour is no entity key; allowed: "):
        rows_of(file, {"colour": "red"})
    file.write_bytes(b"nothing")
    with pytest.raises(ArtifactError, match="cannot be read"):
        rows_of(file, {"a": "b"})
