import json
import os
import sqlite3
from contextlib import closing

import pytest
import yaml

from vaegis.feature_store.published import traces


@pytest.fixture
def folder(tmp_path):
    """Return a folder as a publication leaves it, its stores beside it."""
    folder = tmp_path / "published"
    (folder / "latents").mkdir(parents=True)
    (folder / "latents/m-1.parquet").write_bytes(b"rows")
    with closing(sqlite3.connect(tmp_path / "registry.db")) as registry:
        registry.execute("CREATE TABLE feature_services (project_id TEXT)")
        registry.execute("INSERT INTO feature_services VALUES ('mine_published')")
        registry.commit()
    with closing(sqlite3.connect(tmp_path / "online.db")) as online:
        online.execute("CREATE TABLE mine_published_latents (entity_key BLOB)")
    stores = {"registry": f"sqlite:///{tmp_path}/registry.db", "online_store": f"{tmp_path}/online.db"}
    settings = {"project": "mine_published", **{name: {"path": path} for name, path in stores.items()}}
    (folder / "feature_store.yaml").write_text(yaml.safe_dump(settings))
    return folder


def change_store(name, statement):
    def change(folder):
        with closing(sqlite3.connect(folder.parent / name)) as connection:
            connection.execute(statement)
            connection.commit()

    return change


def write_later(file, content):
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_bytes(content)
    os.utime(file, ns=(before + 1_000_000, before + 1_000_000))


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: write_later(folder / "latents/m-1.parquet", b"Rows"),
        lambda folder: write_later(folder / "latents/m-2.parquet", b"rows"),
        lambda folder: (folder / "latents/m-1.parquet").unlink(),
        lambda folder: (folder / "feature_store.yaml").unlink(),
        lambda folder: (folder.parent / "registry.db").unlink(),
        lambda folder: (folder.parent / "online.db").unlink(),
        change_store("registry.db", "DELETE FROM feature_services"),
        change_store("online.db", "DROP TABLE mine_published_latents"),
    ],
    ids=[
        *("other rows", "another version", "no rows", "no settings", "no registry", "no online store"),
        *("a registry made anew", "an online store made anew"),
    ],
)
def test_what_a_reader_needs_leaves_a_trace(folder, change):
    before = traces(folder)
    assert traces(folder) == json.loads(json.dumps(before)) == before
    change(folder)
    assert traces(folder) != before


def test_what_others_write_to_the_stores_and_what_is_hidden_does_not_count(folder):
    before = traces(folder)
    change_store("registry.db", "INSERT INTO feature_services VALUES ('others')")(folder)
    change_store("online.db", "CREATE TABLE others_latents (entity_key BLOB)")(folder)
    (folder / ".latents.parts").mkdir()
    (folder / ".latents.parts/part-000000.parquet").write_bytes(b"rows")
    assert traces(folder) == before


def test_a_registry_that_is_no_database_is_there_or_not(folder):
    place = folder.parent / "registry.db"
    place.write_bytes(b"a message of Feast's, and no table of SQLite's")
    assert traces(folder)["stores"][str(place)] is True
    place.unlink()
    assert traces(folder)["stores"][str(place)] is False


def test_a_server_is_not_looked_for_here(folder):
    settings = {"registry": "s3://bucket/registry.db", "online_store": {"type": "redis", "connection_string": "h:1"}}
    (folder / "feature_store.yaml").write_text(yaml.safe_dump(settings))
    assert traces(folder)["stores"] == {}


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "registry: 3"])
def test_broken_settings_and_an_empty_folder_are_traces_too(tmp_path, text):
    assert traces(tmp_path / "nothing") == {"files": {}, "stores": {}}
    (tmp_path / "feature_store.yaml").write_text(text)
    assert list(traces(tmp_path)["files"]) == ["feature_store.yaml"]
