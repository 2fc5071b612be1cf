import json

import numpy as np
import pandas as pd
import pytest

from vaegis.data.files.file_format import FileFormat
from vaegis.data.files.table_file import read, sniff
from vaegis.data.sources.file import FileTable
from vaegis.errors import ArtifactError, DataError
from vaegis.inference.infer import infer

ROWS = 300


@pytest.fixture
def file(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "load_kw": rng.normal(size=ROWS).round(3),
            "mode": rng.choice(["a", "b", "c"], ROWS),
            "stops": rng.poisson(1.0, ROWS),
        }
    )
    frame["stops"] = frame["stops"].where(frame.index % 10 > 0).astype("Int64")
    frame.to_csv(tmp_path / "pumps.csv", index=False)
    return tmp_path / "pumps.csv"


@pytest.fixture
def table(file):
    written = sniff(file)
    return FileTable.of(infer(read(file, written), name="pumps"), written)


def test_round_trip(table, tmp_path):
    table.save(tmp_path / "source.json")
    again = FileTable.load(tmp_path / "source.json")
    assert again == table
    assert list(again.columns) == ["load_kw", "mode", "stops"]


def test_the_store_holds_what_the_contract_says(table, file):
    stored = table.store(read(file, table.written))
    assert {name: str(kind) for name, kind in zip(stored.column_names, stored.schema.types, strict=True)} == {
        "event_timestamp": "timestamp[us, tz=UTC]",
        "row": "string",
        "load_kw": "double",
        "mode": "string",
        "stops": "int64",
    }
    assert stored["row"].to_pylist()[:2] == ["000000001", "000000002"]
    assert set(stored["event_timestamp"].to_pandas()) == {pd.Timestamp("2000-01-01", tz="UTC")}
    assert stored["stops"].null_count == 30


def test_a_series_bears_the_tables_name():
    columns = {"at": "timestamp", "x": "float64"}
    written = FileFormat(form="csv", types={"at": "time", "x": "number"})
    table = FileTable(
        name="pumps", written=written, columns=columns, time="at", keys=("series",), added={"series": "series"}
    )
    frame = pd.DataFrame({"at": pd.to_datetime(["2024-01-01"], utc=True), "x": [1.0]})
    assert table.store(frame).to_pylist()[0]["series"] == "pumps"
    with pytest.raises(DataError, match="column 'at' names the rows, but is empty in 1 of them"):
        table.store(frame.assign(at=pd.to_datetime([None], utc=True)))


def test_fractions_do_not_fit_whole_numbers(table, file):
    frame = read(file, table.written)
    with pytest.raises(DataError, match="column 'stops' does not fit int64"):
        table.store(frame.assign(stops=0.5))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 99}, "has version 99; allowed: 1"),
        ({"columns": 5}, "is not a table's definition"),
        ({"format": {}}, "is not"),
    ],
)
def test_a_broken_definition_is_one_line(table, tmp_path, change, message):
    path = tmp_path / "source.json"
    path.write_text(json.dumps(table.to_json() | change))
    with pytest.raises(ArtifactError, match=message):
        FileTable.load(path)


def test_a_missing_definition_says_who_writes_it(tmp_path):
    with pytest.raises(ArtifactError, match=r"source\.json does not exist; change: `vaegis init` writes it"):
        FileTable.load(tmp_path / "source.json")
