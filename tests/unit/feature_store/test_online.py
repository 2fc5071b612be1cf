"""What stands online, cell by cell beside what Feast's own writer leaves."""

import sqlite3
import time
from contextlib import closing

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.feature_store import online
from vaegis.feature_store.publish import publish

TABLE = "small_published_machine_latents_v1"
KEYS = {"string": ["a", "", "ä€"], "int64": [0, -7, 2**40]}
FEATURES = {  # whatever a cell may hold
    "z_0": [0.0, -0.0, 1e-300],
    "z_1": [np.nan, np.inf, -np.inf],
    "pvalue": [0.1, 1 / 3, np.nan],
    "model_version": ["machines/1", "", "machines/ä"],
}
TIMES = ["2014-07-01T00:00:00.9", "1969-12-31T23:00:00.0", "2030-01-01T00:00:00.0"]


def schema(*dtypes):
    names = ("machine", "site")
    keys = [
        ColumnSpec(name=name, dtype=dtype, kind="identifier", role="key")
        for name, dtype in zip(names, dtypes, strict=False)
    ]
    at = ColumnSpec(name="event_timestamp", dtype="timestamp", kind="time", role="time")
    kw = ColumnSpec(name="kw", dtype="float64", kind="numeric", role="feature")
    return TableSchema(service="machines_v1", columns=(*keys, at, kw))


@pytest.fixture
def give(small):
    """Return a function that publishes the rows above, with keys of these types."""

    def call(*dtypes):
        contract = schema(*dtypes)
        keys = dict(zip(contract.keys, (KEYS[dtype] for dtype in dtypes), strict=True))
        at = pd.to_datetime(TIMES, utc=True).astype("datetime64[us, UTC]")
        table = pa.Table.from_pandas(pd.DataFrame({**keys, "event_timestamp": at, **FEATURES}), preserve_index=False)
        pq.write_table(table, small.root / "part.parquet")
        return publish(
            small.folder, None, contract, [small.root / "part.parquet"], "m/1", small.root / "data/published"
        )

    return call


def cells(small, name):
    with closing(sqlite3.connect(small.root / "data/feast/online_store.db")) as connection:
        types = ", ".join(f"typeof({column})" for column in online._COLUMNS)
        query = f"SELECT {', '.join(online._COLUMNS)}, {types} FROM {name} ORDER BY entity_key, feature_name"  # noqa: S608
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("dtypes", [("string",), ("int64",), ("int64", "string")], ids="-".join)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_every_cell_is_the_one_that_feast_s_own_writer_leaves(give, small, monkeypatch, dtypes, zone):
    from feast import FeatureStore

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        done = give(*dtypes)
        name = f"small_published_{done.name}"
        ours = cells(small, name)
        assert len(ours) == 3 * len(FEATURES)
        with closing(sqlite3.connect(small.root / "data/feast/online_store.db")) as connection:
            connection.execute(f"DELETE FROM {name}")  # noqa: S608
            connection.commit()
        store = FeatureStore(repo_path=str(done.repository))
        store.write_to_online_store(done.name, pd.read_parquet(small.root / f"data/published/{done.name}"))
        assert cells(small, name) == ours
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_another_writer_left_is_written_over(give, small):
    give("string")
    before = cells(small, TABLE)
    with closing(sqlite3.connect(small.root / "data/feast/online_store.db")) as connection:
        connection.execute(f"UPDATE {TABLE} SET value = x'', value_text = 'x', event_ts = 0, created_ts = 0")  # noqa: S608
        connection.commit()
    give("string")
    assert cells(small, TABLE) == before


@pytest.mark.parametrize("setting", ["vector_enabled", "enable_openai_compatible_store"])
def test_a_table_with_more_columns_is_left_to_feast(small, setting):
    from vaegis.feature_store.repository import open_store

    store = open_store(small.folder)
    assert online._is_plain_sqlite(store)
    setattr(store.config.online_store, setting, True)
    assert not online._is_plain_sqlite(store)


def test_tables_that_feast_names_by_version_are_left_to_it(small):
    from vaegis.feature_store.repository import open_store

    store = open_store(small.folder)
    store.config.registry.enable_online_feature_view_versioning = True
    assert not online._is_plain_sqlite(store)
