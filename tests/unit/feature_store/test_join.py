"""The as-of join against pandas' merge_asof and against a plain loop."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaegis.feature_store.join import ENTITY, JoinedView, asof_join
from vaegis.feature_store.scan import ROW, Scan, relation, run

ORIGIN = pd.Timestamp("2014-03-29 20:00", tz="UTC")  # the grids below cross midnight


def at(minutes: int) -> pd.Timestamp:
    return ORIGIN + pd.Timedelta(minutes=minutes)


def join(
    source: pd.DataFrame, entities: pd.DataFrame, folder: Path, ttl: timedelta | None, *, known_only: bool = False
) -> pd.DataFrame:
    path = folder / "source.parquet"
    source.to_parquet(path, index=False)
    scan = Scan(relation=relation(str(path), None), keys=["key"], time="t", created="created", values=["x"])
    view = JoinedView(scan=scan, entity_keys=["key"], outputs=[("x", "x")], ttl=ttl)
    rows = pa.Table.from_pandas(entities, preserve_index=False)
    rows = rows.append_column(ROW, pa.array(range(rows.num_rows), pa.int64()))
    query = asof_join(["key", "t"], "t", [view], known_only=known_only)
    return run(query, **{ENTITY: rows}).to_pandas()


def frame(rows: list[tuple[str, int, int, float | None]]) -> pd.DataFrame:
    columns = {
        "key": pd.array([row[0] for row in rows], dtype="object"),
        "t": pd.DatetimeIndex([at(row[1]) for row in rows], tz="UTC").astype("datetime64[us, UTC]"),
        "created": pd.DatetimeIndex([at(row[1] + row[2]) for row in rows], tz="UTC").astype("datetime64[us, UTC]"),
        "x": pd.array([row[3] for row in rows], dtype="float64"),
    }
    return pd.DataFrame(columns)


def by_loop(
    source: pd.DataFrame, entities: pd.DataFrame, ttl: timedelta | None, *, known_only: bool
) -> list[float | None]:
    found = []
    for key, time in entities.itertuples(index=False):
        rows = source[(source["key"] == key) & (source["t"] <= time)]
        rows = rows[rows["created"] <= time] if known_only else rows
        best = rows.sort_values(["t", "created", "x"], ascending=[False, False, True], na_position="last").head(1)
        fresh = len(best) and (not ttl or best["t"].iloc[0] >= time - ttl)
        found.append(best["x"].iloc[0] if fresh else None)
    return found


SOURCE_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.integers(0, 60).map(lambda n: 10 * n),
        st.sampled_from([0, 0, 5, 30, 400]),
        st.one_of(st.none(), st.integers(-3, 3).map(float)),
    ),
    min_size=1,
    max_size=25,
)
ENTITIES = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(-5, 70)), min_size=1, max_size=12)
TTLS = st.sampled_from([None, timedelta(0), timedelta(minutes=10), timedelta(hours=3)])
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(rows=SOURCE_ROWS, wanted=ENTITIES, ttl=TTLS, known_only=st.booleans())
def test_equals_a_plain_loop(tmp_path, rows, wanted, ttl, known_only):
    source = frame(rows)
    entities = pd.DataFrame({"key": [key for key, _ in wanted], "t": [at(10 * n) for _, n in wanted]})
    found = join(source, entities, tmp_path, ttl, known_only=known_only)
    expected = by_loop(source, entities, ttl, known_only=known_only)
    pd.testing.assert_series_equal(found["x"], pd.Series(expected, dtype="float64"), check_names=False)
    assert found["key"].tolist() == entities["key"].tolist()


@FEW
@given(rows=SOURCE_ROWS, wanted=ENTITIES, ttl=st.sampled_from([None, timedelta(minutes=10), timedelta(hours=3)]))
def test_equals_merge_asof(tmp_path, rows, wanted, ttl):
    source = frame(rows)
    entities = pd.DataFrame({"key": [key for key, _ in wanted], "t": [at(10 * n) for _, n in wanted]})
    entities["t"] = entities["t"].astype("datetime64[us, UTC]")
    newest = source.sort_values(["t", "created", "x"], ascending=[True, False, True]).drop_duplicates(["key", "t"])
    ordered = entities.reset_index().sort_values("t")
    tolerance = None if ttl is None else pd.Timedelta(ttl)
    expected = pd.merge_asof(ordered, newest[["key", "t", "x"]], on="t", by="key", tolerance=tolerance)
    expected = expected.sort_values("index", ignore_index=True)["x"]
    pd.testing.assert_series_equal(join(source, entities, tmp_path, ttl)["x"], expected, check_names=False)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(-1, None), (0, 1.0), (239, 1.0), (240, 2.0), (250, 2.0), (251, None)],
    ids=["before the first row", "same moment", "minute before midnight", "midnight", "exactly ttl old", "older"],
)
def test_edges_of_time(tmp_path, minutes, expected):
    source = frame([("a", 0, 0, 1.0), ("a", 230, 0, 1.0), ("a", 240, 0, 2.0)])
    found = join(source, pd.DataFrame({"key": ["a"], "t": [at(minutes)]}), tmp_path, timedelta(minutes=10))
    wanted = expected if minutes != 0 else 1.0
    assert found["x"].astype(object).where(found["x"].notna(), None).tolist() == [wanted]


def test_a_newer_null_hides_an_older_value(tmp_path):
    found = join(
        frame([("a", 0, 0, 1.0), ("a", 10, 0, None)]), pd.DataFrame({"key": ["a"], "t": [at(15)]}), tmp_path, None
    )
    assert found["x"].isna().all()


def test_null_keys_match_nothing(tmp_path):
    source = frame([(None, 0, 0, 1.0), ("a", 0, 0, 2.0)])
    found = join(source, pd.DataFrame({"key": [None, "a"], "t": [at(5), at(5)]}), tmp_path, None)
    assert found["x"].isna().tolist() == [True, False]


def test_other_time_zones_and_bare_stamps_are_the_same_instants(tmp_path):
    source = frame([("a", 0, 0, 1.0), ("a", 60, 0, 2.0)])
    source["t"] = source["t"].dt.tz_localize(None)
    entities = pd.DataFrame({"key": ["a", "a"], "t": pd.DatetimeIndex([at(59), at(60)]).tz_convert("Europe/Paris")})
    found = join(source, entities, tmp_path, None)
    assert found["x"].tolist() == [1.0, 2.0]
    assert found["t"].tolist() == [at(59), at(60)]


def test_a_folder_of_files_is_one_source(tmp_path):
    source = frame([("a", 0, 0, 1.0), ("a", 60, 0, 2.0)])
    folder = tmp_path / "parts"
    folder.mkdir()
    source[:1].to_parquet(folder / "1.parquet")
    source[1:].to_parquet(folder / "2.parquet")
    assert run(f"SELECT count(*) AS n FROM {relation('parts', tmp_path)}").to_pylist() == [{"n": 2}]  # noqa: S608
