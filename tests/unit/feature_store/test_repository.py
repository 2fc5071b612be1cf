"""Opening, applying, finding; through the API and through Feast's own command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from vaegis.errors import DataError
from vaegis.feature_store.repository import apply, find_service, open_store


def test_apply_registers_what_the_folder_defines_and_drops_the_rest(small):
    before = Path.cwd()
    apply(small.folder)
    store = open_store(small.folder)
    assert {view.name for view in store.list_feature_views()} == {"load", "climate", "assets"}
    small.change("features=[load, climate, assets, derived]", "features=[load, climate]")
    apply(small.folder)
    service = find_service(open_store(small.folder), "machines_v1")
    assert [item.name for item in service.feature_view_projections] == ["load", "climate"]
    assert Path.cwd() == before
    assert str(small.folder) not in sys.path
    assert "features" not in sys.modules


@pytest.mark.parametrize(
    "registry",
    ["../data/feast/own.pb", {"registry_type": "sql", "path": "sqlite:///../data/feast/own.db"}],
    ids=["file", "sql"],
)
def test_a_relative_registry_is_the_folders_wherever_the_process_stands(small, tmp_path_factory, monkeypatch, registry):
    file = small.folder / "feature_store.yaml"
    file.write_text(yaml.safe_dump({**yaml.safe_load(file.read_text()), "registry": registry}))
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "deeper").mkdir()
    monkeypatch.chdir(elsewhere / "deeper")
    apply(small.folder)
    assert find_service(open_store(small.folder), "machines_v1").name == "machines_v1"
    assert len(list(small.root.glob("data/feast/own.*"))) == 1
    assert [item.name for item in elsewhere.iterdir()] == ["deeper"]


def test_an_unknown_service_lists_the_known(small):
    apply(small.folder)
    with pytest.raises(DataError, match=r"'machines_v2' is unknown; allowed: machines_v1; change: params.yaml"):
        find_service(open_store(small.folder), "machines_v2")


def test_broken_definitions_are_one_line(small):
    small.define("from feast import Nothing\n")
    with pytest.raises(DataError, match="feast apply: ImportError: cannot import name 'Nothing'"):
        apply(small.folder)


def test_a_folder_without_a_store_file_is_one_line(tmp_path):
    with pytest.raises(DataError, match=r"feature_store\.yaml does not exist"):
        open_store(tmp_path)


def test_a_store_file_that_is_no_mapping_is_one_line(small):
    (small.folder / "feature_store.yaml").write_text("project: [")
    with pytest.raises(DataError, match=r"feature_store\.yaml is not YAML"):
        open_store(small.folder)


def test_an_unknown_offline_store_is_one_line(small):
    file = small.folder / "feature_store.yaml"
    file.write_text(file.read_text().replace("vaegis.feature_store.asof.AsofOfflineStore", "nowhere.NoOfflineStore"))
    with pytest.raises(DataError, match=r"feature_store\.yaml: .*nowhere"):
        open_store(small.folder)


@pytest.mark.slow
def test_feasts_own_command_sees_the_same_registry(small):
    feast = [sys.executable, "-m", "feast.cli.cli", "-c", "feature_repo"]
    environment = {**os.environ, "PWD": str(small.root)}
    (small.root / "data" / "feast").mkdir()  # as stage ingest does
    done = subprocess.run(
        [*feast, "apply"], cwd=small.root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    apply(small.folder)
    store = open_store(small.folder)
    assert find_service(store, "machines_v1").name == "machines_v1"
    listed = subprocess.run(
        [*feast, "feature-services", "list"],
        cwd=small.root,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "machines_v1" in listed.stdout
