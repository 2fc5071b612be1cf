"""What joined views hold beside the rows that met it."""

import json

import pandas as pd
import pyarrow.parquet as pq

from vaegis.config.pull import PullConfig
from vaegis.feature_store.joined import write_joined
from vaegis.feature_store.pull import pull


def joined(small, **values):
    return pull(small.folder, PullConfig(service="machines_v1", **values)).joined


def test_every_view_but_the_spine_and_those_on_demand(small):
    tables = joined(small)
    assert {name: table.column_names for name, table in tables.items()} == {
        "climate": ["hall_id", "event_timestamp", "temp_c"],
        "assets": ["machine_id", "event_timestamp", "year"],
    }
    assert tables["climate"].num_rows == 24


def test_a_row_that_meets_nothing_is_there_too(small):
    path = small.root / "data/store/climate.parquet"
    frame = pd.read_parquet(path)
    frame.loc[len(frame)] = frame.iloc[3].to_dict() | {"hall_id": "nowhere", "temp_c": 1048.0}
    frame.to_parquet(path)
    result = pull(small.folder, PullConfig(service="machines_v1"))
    assert 1048.0 not in result.rows["temp_c"].to_pylist()
    assert 1048.0 in result.joined["climate"]["temp_c"].to_pylist()


def test_only_the_time_that_rows_can_see(small):
    """Two hours before the first row for what grows old, everything before the last for what does not."""
    tables = joined(small, start="2014-01-01T10:00", end="2014-01-01T13:00")
    hours = [time.hour for time in tables["climate"]["event_timestamp"].to_pylist()]
    assert hours == [8, 10, 12]
    assert tables["assets"].num_rows == 2


def test_the_same_bytes_twice_and_nothing_of_an_earlier_pull(small, tmp_path):
    folder = tmp_path / "joined"
    folder.mkdir()
    (folder / "gone.parquet").write_bytes(b"")
    written = []
    for _ in range(2):
        write_joined(folder, joined(small))
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert written[0] == written[1]
    assert set(written[0]) == {"climate.parquet", "assets.parquet", "views.json"}
    assert json.loads(written[0]["views.json"]) == ["assets", "climate"]
    assert pq.read_table(folder / "assets.parquet")["year"].to_pylist() == [2001, 2002]


def test_one_view_alone_leaves_a_folder_that_is_not_empty(small, tmp_path):
    small.change("features=[load, climate, assets, derived]", "features=[climate]")
    tables = joined(small)
    assert tables == {}
    write_joined(tmp_path / "joined", tables)
    assert [path.name for path in (tmp_path / "joined").iterdir()] == ["views.json"]
