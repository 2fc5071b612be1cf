"""Our offline store against Feast's own on the same definitions, and what materialization needs."""

from datetime import datetime, timedelta

import pandas as pd
import pytest
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64, Int64

from vaegis.errors import DataError

NOON = pd.Timestamp("2014-01-01 12:00", tz="UTC")
OURS = "vaegis.feature_store.asof.AsofOfflineStore"


def minutes(*numbers):
    return [NOON + pd.Timedelta(minutes=number) for number in numbers]


def source(folder, name, frame, **options):
    frame.to_parquet(folder / f"{name}.parquet", index=False)
    path = str(folder / f"{name}.parquet")
    return FileSource(name=name, path=path, timestamp_field="ts", created_timestamp_column="made", **options)


def definitions(folder):
    car = Entity(name="car", join_keys=["car_id"], value_type=ValueType.INT64)
    road = Entity(name="road", join_keys=["road_id"], value_type=ValueType.STRING)
    speed = pd.DataFrame(
        {
            "car_id": [1, 1, 1, 2, 2, 1],
            "ts": minutes(0, 10, 10, 0, 5, 700),
            "made": minutes(0, 10, 11, 0, 5, 700),
            "kmh": [10.0, 20.0, 21.0, None, 50.0, 70.0],
        }
    )
    both = pd.DataFrame(
        {
            "car_id": [1, 1, 2],
            "road_id": ["x", "y", "x"],
            "ts": minutes(0, 0, 0),
            "made": minutes(0, 0, 0),
            "n": [1, 2, 3],
        }
    )
    world = pd.DataFrame({"ts": minutes(-5, 8), "made": minutes(-5, 8), "price": [1.5, 1.7]})
    views = [
        FeatureView(
            name="speed",
            entities=[car],
            ttl=timedelta(minutes=10),
            source=source(folder, "speed", speed, field_mapping={"kmh": "speed_kmh"}),
            schema=[Field(name="speed_kmh", dtype=Float64)],
        ),
        FeatureView(
            name="trips",
            entities=[car, road],
            ttl=timedelta(0),
            source=source(folder, "trips", both),
            schema=[Field(name="n", dtype=Int64)],
        ),
        FeatureView(
            name="world",
            entities=[],
            ttl=timedelta(days=1),
            source=source(folder, "world", world),
            schema=[Field(name="price", dtype=Float64)],
        ),
    ]
    return [car, road, *views]


def open_with(folder, offline):
    config = RepoConfig(
        project="cars",
        provider="local",
        registry=str(folder / f"{offline.rsplit('.')[-1]}.db"),
        online_store={"type": "sqlite", "path": str(folder / "online.db")},
        offline_store={"type": offline},
        entity_key_serialization_version=3,
    )
    config.repo_path = folder
    store = FeatureStore(config=config)
    store.apply(definitions(folder))
    return store


@pytest.fixture
def ours(tmp_path):
    return open_with(tmp_path, OURS)


REFS = ["speed:speed_kmh", "trips:n", "world:price"]
CARS = pd.DataFrame(
    {
        "car_id": [1, 2, 1, 1, 2, 1, 3, 1],
        "road_id": ["x", "x", "y", "z", "x", "x", "x", "x"],
        "event_timestamp": minutes(0, 4, 10, 20, 15, 21, 5, -1),
    }
)


@pytest.mark.parametrize("known_only", [False, True])
def test_equals_feasts_own_store(tmp_path, ours, known_only):
    """Feast's file store loses an entity row whose every candidate is too old or yet to come; ours keeps it, null."""
    theirs = open_with(tmp_path, "dask")
    found = ours.get_historical_features(CARS, REFS, filter_by_created_timestamp=known_only).to_df()
    expected = theirs.get_historical_features(CARS, REFS, filter_by_created_timestamp=known_only).to_df()
    row = ["event_timestamp", "car_id", "road_id"]
    found, expected = (
        frame.astype({"event_timestamp": "datetime64[us, UTC]", "n": "float64"}).set_index(row).sort_index()
        for frame in (found, expected)
    )
    lost = found.index.difference(expected.index)
    assert len(found) == len(CARS)
    assert found.loc[lost].isna().any(axis=1).all()
    assert len(expected) >= 6
    pd.testing.assert_frame_equal(found.drop(lost), expected[found.columns])
    assert expected["speed_kmh"].notna().sum() >= 3


def test_rows_keep_their_number_and_order_even_doubled(ours):
    doubled = pd.concat([CARS, CARS.iloc[::-1]], ignore_index=True)
    found = ours.get_historical_features(doubled, REFS).to_df()
    assert found["car_id"].tolist() == doubled["car_id"].tolist()
    assert found["event_timestamp"].tolist() == doubled["event_timestamp"].tolist()


def test_full_names_and_sql(ours):
    job = ours.get_historical_features(CARS, REFS, full_feature_names=True)
    assert {"speed__speed_kmh", "trips__n", "world__price"} < set(job.to_df().columns)
    assert "ASOF LEFT JOIN" in job.to_sql()


def test_a_feature_called_like_an_entity_column_is_refused(ours):
    with pytest.raises(DataError, match="column 'n' would stand twice"):
        ours.get_historical_features(CARS.assign(n=1), REFS)


def test_entity_rows_must_be_a_frame(ours):
    with pytest.raises(DataError, match="entity_df is str; allowed: a pandas DataFrame"):
        ours.get_historical_features("SELECT 1", REFS)


def test_materialize_puts_the_newest_row_online(ours):
    ours.materialize(datetime(2014, 1, 1), datetime(2014, 1, 1, 13), disable_event_timestamp=False)
    online = ours.get_online_features(REFS, [{"car_id": 1, "road_id": "x"}, {"car_id": 2, "road_id": "x"}]).to_dict()
    assert online["speed_kmh"] == [21.0, 50.0]
    assert online["n"] == [1, 3]
    assert online["price"] == [1.7, 1.7]


def test_rows_written_offline_are_appended_whole(tmp_path, ours):
    frame = pd.DataFrame({"car_id": [9], "ts": minutes(1), "made": minutes(1), "kmh": [99.0]})
    ours.write_to_offline_store("speed", frame, reorder_columns=True)
    stored = pd.read_parquet(tmp_path / "speed.parquet")
    assert len(stored) == 7
    assert stored["kmh"].iloc[-1] == 99.0
