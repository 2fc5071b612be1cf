from dataclasses import replace

import pandas as pd
import pyarrow.parquet as pq
import pytest

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.errors import ArtifactError, ConfigError, DataError
from vaegis.evaluation.incident.entity import nearest_names, of_entity, open_rows


def test_rows_of_one_entity_are_found_by_a_filter(files, machine_schema, rows):
    found = pq.read_table(
        files.rows, filters=of_entity(files.rows, pq.read_schema(files.rows), machine_schema, "m2")
    ).to_pandas()
    assert set(found["machine"]) == {"m2"}
    assert len(found) == (rows["machine"] == "m2").sum()


def test_several_keys_of_other_types_stand_in_one_word(tmp_path, machine_schema):
    number = ColumnSpec(name="line", dtype="int64", kind="identifier", role="key")
    schema = replace(machine_schema, columns=(machine_schema.columns[0], number, *machine_schema.columns[1:]))
    path = tmp_path / "rows.parquet"
    frame = pd.DataFrame({"machine": ["a", "a", "b"], "line": [1, 2, 1]})
    frame.assign(machine=frame["machine"].astype("category")).to_parquet(path)
    found = pq.read_table(path, filters=of_entity(path, pq.read_schema(path), schema, "a|2")).to_pandas()
    assert found["line"].tolist() == [2]
    with pytest.raises(ConfigError, match=r"'a' is 1 key; allowed: all 2 in one word: 'machine\|line'"):
        of_entity(path, pq.read_schema(path), schema, "a")
    with pytest.raises(DataError, match=r"no row of .* is of 'a\|x'; allowed: 3 entities, nearest 'a"):
        of_entity(path, pq.read_schema(path), schema, "a|x")


def test_names_are_compared_even_among_very_many():
    names = sorted(f"turbine-{number:06d}" for number in range(50_000))
    assert nearest_names("turbine-04999", names)[0] in ("turbine-004999", "turbine-049990", "turbine-049999")
    assert nearest_names("m1", ["m2", "zzz"])[0] == "m2"


def test_files_that_hold_no_such_rows_say_so(tmp_path, machine_schema, rows):
    with pytest.raises(ArtifactError, match=r"none\.parquet does not exist; allowed: a Parquet file of rows"):
        open_rows(tmp_path / "none.parquet", machine_schema, [])
    (tmp_path / "text.parquet").write_text("no")
    with pytest.raises(ArtifactError, match="is not a Parquet file"):
        open_rows(tmp_path / "text.parquet", machine_schema, [])
    rows.drop(columns="at").to_parquet(tmp_path / "untimed.parquet")
    with pytest.raises(DataError, match="has no column 'at', so no row of it can be named by entity and time"):
        open_rows(tmp_path / "untimed.parquet", machine_schema, [])
    rows.assign(at="noon").to_parquet(tmp_path / "words.parquet")
    with pytest.raises(DataError, match=r"column 'at' holds (large_)?string; allowed: timestamps"):
        open_rows(tmp_path / "words.parquet", machine_schema, [])
    rows.drop(columns="heat_c").to_parquet(tmp_path / "cold.parquet")
    with pytest.raises(DataError, match="has no column 'heat_c', which the model reads"):
        open_rows(tmp_path / "cold.parquet", machine_schema, ["load_kw", "heat_c"])


def test_schema_without_rows_is_told_apart(tmp_path, machine_schema, rows):
    assert isinstance(machine_schema, TableSchema)
    path = tmp_path / "empty.parquet"
    rows.iloc[:0].to_parquet(path)
    with pytest.raises(ConfigError, match="is 2 keys"):
        of_entity(path, pq.read_schema(path), machine_schema, "m1|x")
