import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.errors import DataError, ServiceError
from vaegis.feature_store.publish import publish, service_name
from vaegis.feature_store.repository import apply, open_store
from vaegis.feature_store.state import fingerprint

REPOSITORY = Path(__file__).parents[3]
SCHEMA = TableSchema(
    service="machines_v1",
    columns=(
        ColumnSpec(name="machine_id", dtype="string", kind="identifier", role="key"),
        ColumnSpec(name="event_timestamp", dtype="timestamp", kind="time", role="time"),
        ColumnSpec(name="kw", dtype="float64", kind="numeric", role="feature"),
    ),
)


def rows(first: float = 0.0, hours: int = 6, version: str = "machines/1") -> pa.Table:
    times = pd.date_range("2014-01-01", periods=hours, freq="h", tz="UTC").astype("datetime64[us, UTC]")
    frame = pd.concat([pd.DataFrame({"machine_id": name, "event_timestamp": times}) for name in ("m1", "m2")])
    frame["z_0"] = first + np.arange(len(frame), dtype=float)
    return pa.Table.from_pandas(frame.assign(model_version=version), preserve_index=False)


@pytest.fixture
def give(small):
    def call(*tables, version="machines/1"):
        parts = [small.root / f"part-{number}.parquet" for number in range(len(tables))]
        for part, table in zip(parts, tables, strict=True):
            pq.write_table(table, part)
        return publish(small.folder, None, SCHEMA, parts, version, small.root / "data/published")

    return call


def opened(done):
    from feast import FeatureStore

    store = FeatureStore(repo_path=str(done.repository))
    return store, store.get_feature_service(done.name)


def offline(done, hours=6):
    store, service = opened(done)
    asked = rows(hours=hours).select(["machine_id", "event_timestamp"]).to_pandas()
    return store.get_historical_features(asked, service).to_df()


def test_rows_come_back_offline_and_the_newest_online(give):
    done = give(rows())
    assert (done.name, done.rows, done.online) == ("machine_latents_v1", 12, 2)
    pd.testing.assert_frame_equal(
        offline(done)[["machine_id", "z_0", "model_version"]],
        rows().to_pandas()[["machine_id", "z_0", "model_version"]],
    )
    store, service = opened(done)
    online = store.get_online_features(service, [{"machine_id": "m1"}, {"machine_id": "m2"}]).to_dict()
    assert (online["z_0"], online["model_version"]) == ([5.0, 11.0], ["machines/1"] * 2)


def test_published_again_nothing_changes_and_a_corrected_row_takes_its_place(give, small):
    place = small.root / "data/published/machine_latents_v1/machines-1.parquet"
    give(rows())
    before = place.read_bytes()
    assert give(rows()).rows == 12
    assert place.read_bytes() == before
    table = rows()
    assert give(table.slice(0, 7), table.slice(7)).rows == 12, "however they are cut"
    assert place.read_bytes() == before
    done = give(rows(100.0, hours=1), rows(200.0, hours=8).slice(7, 1))
    assert done.rows == 13
    assert offline(done)["z_0"].tolist() == [100.0, 1, 2, 3, 4, 5, 101.0, 7, 8, 9, 10, 11]


def test_the_version_published_last_answers_and_the_first_stays(give, small):
    give(rows())
    place = small.root / "data/published/machine_latents_v1"
    done = give(rows(50.0, hours=2, version="machines/2"), version="machines/2")
    said = offline(done)
    assert said["model_version"].tolist() == (["machines/2"] * 2 + ["machines/1"] * 4) * 2
    assert len(list(place.glob("*.parquet"))) == 2
    store, service = opened(done)
    assert store.get_online_features(service, [{"machine_id": "m1"}]).to_dict()["z_0"] == [5.0], "the newest row"


def test_after_a_rollback_the_older_version_answers_again(give):
    for version in ("machines/1", "machines/2", "machines/1"):
        done = give(rows(version=version), version=version)
        assert set(offline(done)["model_version"]) == {version}
        store, service = opened(done)
        assert store.get_online_features(service, [{"machine_id": "m2"}]).to_dict()["model_version"] == [version]


@pytest.mark.parametrize("first", ["machines/1", "machines/2"])
def test_versions_with_other_latents_stand_beside_each_other(give, first):
    wide = rows(version="machines/2")
    for name in ("z_1", "z_2"):
        wide = wide.append_column(name, pa.array(np.arange(100.0, 112.0)))
    tables = {"machines/1": rows(), "machines/2": wide}
    last = next(version for version in tables if version != first)
    for version in (first, last, first, last):
        done = give(tables[version], version=version)
        said = offline(done)
        assert said["z_0"].tolist() == list(range(12))
        if version != first:
            assert said["z_1"].isna().tolist() == [version == "machines/1"] * 12
    store, service = opened(done)
    assert {field.name for field in service.feature_view_projections[0].features} >= {"z_0", "z_1", "z_2"}
    online = store.get_online_features(service, [{"machine_id": "m1"}]).to_dict()
    expected = [105.0] if last == "machines/2" else [None]
    assert (online["z_1"], online["model_version"]) == (expected, [last])
    assert said["z_2"].isna().all() == (last == "machines/1")


def test_columns_that_changed_their_type_are_one_line(give):
    give(rows())
    texts = rows(version="machines/2").set_column(2, "z_0", pa.array(["a"] * 12))
    with pytest.raises(DataError, match=r"hold columns of different types \(.*z_0.*\); allowed: one type"):
        give(texts, version="machines/2")


def test_nothing_of_the_repository_is_touched_and_its_own_apply_leaves_what_was_published(give, small):
    store_before = {path: path.read_bytes() for path in (small.root / "data/store").iterdir()}
    apply(small.folder)
    done = give(rows())
    assert {path: path.read_bytes() for path in (small.root / "data/store").iterdir()} == store_before
    apply(small.folder)
    assert len(offline(done)) == 12
    assert [service.name for service in open_store(small.folder).list_feature_services()] == ["machines_v1"]


def test_no_stage_runs_because_of_it(give, small):
    """Whatever a stage depends on or puts out, and what `source_state` says of the store, stays as it was."""
    apply(small.folder)
    before = contents(small.root)
    state = fingerprint([str(small.root / "data/store")], str(small.folder))
    give(rows())
    changed = {path for path, content in contents(small.root).items() if before.get(path) != content}
    assert small.root / "data/published/machine_latents_v1/machines-1.parquet" in changed
    stages = yaml.safe_load((REPOSITORY / "dvc.yaml").read_text())["stages"].values()
    named = [entry for stage in stages for key in ("deps", "outs", "metrics", "plots") for entry in stage.get(key, ())]
    places = {
        small.root / next(iter(entry), entry) if isinstance(entry, dict) else small.root / entry for entry in named
    }
    assert {small.folder, small.root / "data/source_state.json"} <= places
    assert [path for path in changed for place in places if path.is_relative_to(place)] == []
    assert fingerprint([str(small.root / "data/store")], str(small.folder)) == state


def contents(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_repeated_rows_are_refused_and_nothing_is_left(give, small):
    with pytest.raises(DataError, match="12 rows repeat the keys and time of another"):
        give(rows(), rows())
    assert list((small.root / "data/published/machine_latents_v1").iterdir()) == []


def test_the_name_follows_the_keys():
    keys = (ColumnSpec(name="site_id", dtype="string", kind="identifier", role="key"), *SCHEMA.columns)
    assert service_name(TableSchema(service="x", columns=keys)) == "site_machine_latents_v1"


def test_another_version_of_the_same_rows_takes_their_place_in_redis(give, small, redis):
    give(rows())
    done = give(rows(100.0, version="machines/2"), version="machines/2")
    store, service = opened(done)
    online = store.get_online_features(service, [{"machine_id": "m1"}, {"machine_id": "m2"}]).to_dict()
    assert (online["z_0"], online["model_version"]) == ([105.0, 111.0], ["machines/2"] * 2)


def test_no_file_and_no_error_holds_a_password(give, small, redis):
    give(rows())
    assert not [file for file in small.root.rglob("*") if file.is_file() and redis.encode() in file.read_bytes()]
    assert "${REDIS_PASSWORD}" in (small.root / "data/published/feature_store.yaml").read_text()
    file = small.folder / "feature_store.yaml"
    settings = yaml.safe_load(file.read_text())
    settings["online_store"]["connection_string"] = [settings["online_store"]["connection_string"]]
    file.write_text(yaml.safe_dump(settings))
    with pytest.raises(DataError, match="connection_string: Input should be a valid string") as refused:
        open_store(small.folder)
    file.write_text("online_store: [${REDIS_PASSWORD}, {")
    with pytest.raises(DataError, match=r"is not YAML of keys and values \(line 1: ") as unread:
        open_store(small.folder)
    assert redis not in f"{refused.value} {unread.value}"


def test_the_store_that_feast_takes_by_itself_is_found_from_the_folder_too(give, small):
    file = small.folder / "feature_store.yaml"
    settings = yaml.safe_load(file.read_text())
    del settings["online_store"]
    file.write_text(yaml.safe_dump(settings))
    store, service = opened(give(rows()))
    assert store.get_online_features(service, [{"machine_id": "m1"}]).to_dict()["z_0"] == [5.0]
    assert (small.folder / "data/online.db").is_file()


def test_an_online_store_that_does_not_answer_is_one_line_and_what_is_offline_stays(give, small, redis, monkeypatch):
    file = small.folder / "feature_store.yaml"
    text = file.read_text()
    file.write_text(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:1", text))
    with pytest.raises(
        ServiceError, match=r"the online store does not take what is published \(ConnectionError: "
    ) as gone:
        give(rows())
    file.write_text(text)
    with monkeypatch.context() as patch:
        patch.setenv("REDIS_PASSWORD", "mistyped")
        with pytest.raises(ServiceError, match=r"the online store does not take .* \(AuthenticationError: ") as refused:
            give(rows())
    assert not {redis, "mistyped"} & set(re.split(r"\W", f"{gone.value} {refused.value}"))
    assert len(pq.read_table(small.root / "data/published/machine_latents_v1/machines-1.parquet")) == 12
    assert give(rows()).online == 2
