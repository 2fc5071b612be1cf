"""A project that was copied or moved, whose registry still names the online tables of the original."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
import yaml
from feast.infra.infra_object import Infra
from feast.infra.online_stores.sqlite import SqliteTable

from vaegis.feature_store.repository import apply, open_store

VIEWS = {"small_load", "small_climate", "small_assets"}


def online(root):
    return root / "data/feast/online_store.db"


def tables(root):
    with closing(sqlite3.connect(online(root))) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def year(root):
    """Return what is online of one machine."""
    row = open_store(root / "feature_repo").get_online_features(["assets:year"], [{"machine_id": "m1"}])
    return row.to_dict()["year"][0]


def remembered(root):
    """Return where the registry says that each table lies."""
    store = open_store(root / "feature_repo")
    return {item.name: item.path for item in store.registry.get_infra(store.project).infra_objects}


def use_a_file(small):
    """Keep the registry in a file."""
    file = small.folder / "feature_store.yaml"
    settings = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump({**settings, "registry": "${PWD}/data/feast/registry.pb"}))


@pytest.fixture(params=["sql", "file"])
def project(request, small, tmp_path_factory):
    """Return a registered project with a row online, and a folder beside it that does not exist."""
    if request.param == "file":
        use_a_file(small)
    apply(small.folder)
    row = {"machine_id": ["m1"], "event_timestamp": [pd.Timestamp("2014-01-01", tz="UTC")], "year": [2001]}
    row["created_timestamp"] = row["event_timestamp"]
    open_store(small.folder).write_to_online_store("assets", pd.DataFrame(row))
    assert year(small.root) == 2001
    return small.root, tmp_path_factory.mktemp("beside") / "copy"


def test_a_copy_leaves_the_originals_tables_alone_and_keeps_its_own(project):
    root, copy = project
    shutil.copytree(root, copy)
    apply(copy / "feature_repo")
    assert (tables(root), tables(copy)) == (VIEWS, VIEWS)
    assert (year(root), year(copy)) == (2001, 2001)
    assert set(remembered(copy).values()) == {str(copy / "feature_repo/../data/feast/online_store.db")}


def test_a_copy_without_tables_makes_its_own(project):
    root, copy = project
    shutil.copytree(root, copy)
    online(copy).unlink()
    apply(copy / "feature_repo")
    assert (tables(root), tables(copy)) == (VIEWS, VIEWS)
    assert (year(root), year(copy)) == (2001, None)


def test_a_view_that_a_copy_no_longer_defines_stays_in_the_original(project):
    root, copy = project
    shutil.copytree(root, copy)
    file = copy / "feature_repo/features.py"
    file.write_text(file.read_text().replace("climate, assets, derived]", "climate, derived]") + "del assets\n")
    apply(copy / "feature_repo")
    assert tables(root) == VIEWS
    assert set(remembered(copy)) == VIEWS - {"small_assets"}


def test_a_moved_project_goes_on(project):
    root, copy = project
    shutil.move(root, copy)
    apply(copy / "feature_repo")
    assert year(copy) == 2001
    assert not root.exists()


def test_tables_that_are_gone_are_made_anew(project):
    root, _ = project
    online(root).unlink()
    apply(root / "feature_repo")
    assert tables(root) == VIEWS


def test_a_view_that_is_no_longer_defined_loses_its_table(project):
    root, _ = project
    file = root / "feature_repo/features.py"
    file.write_text(file.read_text().replace("climate, assets, derived]", "climate, derived]") + "del assets\n")
    apply(root / "feature_repo")
    assert tables(root) == VIEWS - {"small_assets"}


@pytest.mark.parametrize("harm", [lambda file: None, lambda file: file.write_bytes(b"no database" * 99)])
def test_a_registry_that_needs_no_change_is_not_written(project, monkeypatch, harm):
    """Nor where the online store cannot be read: that is for who reads it to say."""
    root, _ = project
    harm(online(root))
    before, asked = remembered(root), []
    monkeypatch.setattr("feast.repo_operations.apply_total", lambda *_args, **_named: None)
    for registry in ("sql.SqlRegistry", "registry.Registry"):
        monkeypatch.setattr(f"feast.infra.registry.{registry}.update_infra", lambda *args: asked.append(args))
    apply(root / "feature_repo")
    assert asked == []
    assert remembered(root) == before


def test_what_others_remember_in_the_same_registry_stays(small, tmp_path_factory):
    use_a_file(small)
    apply(small.folder)
    beside = str(tmp_path_factory.mktemp("beside") / "online.db")
    store = open_store(small.folder)
    held = [SqliteTable(path=beside, name=name) for name in ("small_load", "other_load")]
    store.registry.update_infra(Infra(infra_objects=held), "small")
    Path(beside).unlink()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("feast.repo_operations.apply_total", lambda *_args, **_named: None)
        apply(small.folder)
    assert not Path(beside).exists()
    assert remembered(small.root) == {"other_load": beside}


def test_with_another_online_store_the_registry_is_left_alone(small):
    apply(small.folder)
    before = remembered(small.root)
    file = small.folder / "feature_store.yaml"
    settings = yaml.safe_load(file.read_text()) | {
        "online_store": {"type": "feast.infra.online_stores.sqlite.SqliteOnlineStore", "path": "elsewhere.db"}
    }
    file.write_text(yaml.safe_dump(settings))
    apply(small.folder)
    assert remembered(small.root) == before
    assert tables(small.root) == VIEWS
