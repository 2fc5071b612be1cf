"""The whole pull on a small store: values, guards, the same bytes twice."""

import pandas as pd
import pyarrow as pa
import pytest

from vaegis.config.pull import PullConfig
from vaegis.errors import ConfigError, DataError
from vaegis.feature_store.pull import pull, write_table
from vaegis.feature_store.repository import find_service, open_store
from vaegis.feature_store.retrieve import retrieve

CONFIG = PullConfig(service="machines_v1")


def test_values_are_those_known_at_the_row(small):
    rows = pull(small.folder, CONFIG).rows.to_pandas().set_index(["machine_id", "event_timestamp"])
    one = rows.loc[("m1", pd.Timestamp("2014-01-01 09:00", tz="UTC"))]
    assert one.to_dict() == {
        "hall_id": "north",
        "kw": 9.0,
        "mode": "slow",
        "temp_c": 24.0,
        "year": 2001,
        "hour": 9.0,
        "hot": 0.0,
    }


def test_a_doubled_row_is_delivered_once_newest_created_then_first_by_value(small):
    at = ("m2", pd.Timestamp("2014-01-01 03:00", tz="UTC"))
    pulled = pull(small.folder, CONFIG)
    assert pulled.duplicates.num_rows == 2
    assert pulled.rows.to_pandas().set_index(["machine_id", "event_timestamp"]).loc[at, "kw"] == -1.0
    path = small.root / "data" / "store" / "load.parquet"
    frame = pd.read_parquet(path)
    late = (frame["machine_id"] == "m2") & (frame["event_timestamp"] == at[1]) & (frame["kw"] == 3.0)
    frame.loc[late, "created_timestamp"] = pd.Timestamp("2014-06-01", tz="UTC")
    frame.to_parquet(path)
    assert pull(small.folder, CONFIG).rows.to_pandas().set_index(["machine_id", "event_timestamp"]).loc[at, "kw"] == 3.0


def test_what_a_definition_prints_does_not_stand_before_a_commands_json(small, capsys):
    small.change("    out = pd.DataFrame(index", "    print('derived')\n    out = pd.DataFrame(index")
    pull(small.folder, CONFIG)
    said = capsys.readouterr()
    assert (said.out, "derived" in said.err) == ("", True)


def test_a_null_key_of_another_view_matches_nothing(small):
    path = small.root / "data" / "store" / "load.parquet"
    frame = pd.read_parquet(path)
    frame.loc[frame["event_timestamp"].dt.hour == 9, "hall_id"] = None
    frame.to_parquet(path)
    pulled = pull(small.folder, CONFIG)
    rows = pulled.rows.to_pandas()
    lost = rows["event_timestamp"].dt.hour == 9
    assert (rows.loc[lost, "temp_c"].isna() & rows.loc[lost, "hall_id"].isna()).all()
    assert rows.loc[~lost, "temp_c"].notna().all()
    assert rows.loc[lost, "year"].notna().all()  # its own key's view is not lost with it
    assert pulled.schema.column("hall_id").max_missing == 0.0  # so validation refuses it, unless the entity allows it


def test_types_order_and_names_are_the_contract(small):
    pulled = pull(small.folder, CONFIG)
    assert pulled.rows.column_names == pulled.schema.names
    kinds = {str(field.type) for field in pulled.rows.schema}
    assert kinds == {"string", "timestamp[us, tz=UTC]", "double", "int64"}
    assert pulled.coverage.to_pandas()["missing_slots"].tolist() == [2, 0]


def test_two_pulls_write_the_same_bytes(small, tmp_path):
    for name in ("first", "second"):
        pulled = pull(small.folder, CONFIG)
        for part in ("rows", "duplicates", "source_keys", "coverage"):
            write_table(tmp_path / name / f"{part}.parquet", getattr(pulled, part))
    for part in ("rows", "duplicates", "source_keys", "coverage"):
        first, second = (tmp_path / name / f"{part}.parquet" for name in ("first", "second"))
        assert first.read_bytes() == second.read_bytes()


def test_an_all_null_column_is_one_line(small):
    path = small.root / "data" / "store" / "climate.parquet"
    pd.read_parquet(path).assign(temp_c=float("nan")).to_parquet(path)
    with pytest.raises(DataError, match="column 'temp_c' is null in all 94 rows; allowed: at least one value"):
        pull(small.folder, CONFIG)


def test_entity_rows_must_be_unique(small):
    pulled = pull(small.folder, CONFIG)
    store = open_store(small.folder)
    rows = pulled.rows.select(["machine_id", "event_timestamp", "hall_id"])
    with pytest.raises(DataError, match="94 entity rows repeat another"):
        retrieve(store, find_service(store, "machines_v1"), pa.concat_tables([rows, rows]), pulled.schema)


def test_a_store_that_loses_rows_is_caught(small):
    file = small.folder / "feature_store.yaml"
    file.write_text(file.read_text().replace("vaegis.feature_store.asof.AsofOfflineStore", "dask"))
    path = small.root / "data" / "store" / "climate.parquet"
    pd.read_parquet(path)[10:].to_parquet(path)  # Feast's file store drops rows older than every candidate
    with pytest.raises(DataError, match=r"machines_v1: 94 rows asked for, \d\d delivered"):
        pull(small.folder, CONFIG)


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"start": "yesterday"}, ConfigError, "pull.start is 'yesterday'; allowed: ISO 8601"),
        ({"start": "2014-02-01", "end": "2014-01-01"}, ConfigError, "pull.start 2014-02-01 is not before pull.end"),
        ({"end": "2013-01-01"}, DataError, "holds no rows"),
        ({"service": "other"}, DataError, "'other' is unknown; allowed: machines_v1"),
    ],
)
def test_bad_parameters_are_one_line(small, values, error, message):
    with pytest.raises(error, match=message):
        pull(small.folder, PullConfig(**({"service": "machines_v1"} | values)))
