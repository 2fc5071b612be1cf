import json
import os

import pytest
import yaml

from vaegis.feature_store.published import traces


@pytest.fixture
def folder(tmp_path):
    """Return a folder as a publication leaves it, its stores beside it."""
    folder = tmp_path / "published"
    (folder / "latents").mkdir(parents=True)
    (folder / "latents/m-1.parquet").write_bytes(b"rows")
    for store in ("registry.db", "online.db"):
        (tmp_path / store).touch()
    settings = {
        "registry": {"path": f"sqlite:///{tmp_path}/registry.db"},
        "online_store": {"path": f"{tmp_path}/online.db"},
    }
    (folder / "feature_store.yaml").write_text(yaml.safe_dump(settings))
    return folder


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
    ],
    ids=["other rows", "another version", "no rows", "no settings", "no registry", "no online store"],
)
def test_what_a_reader_needs_leaves_a_trace(folder, change):
    before = traces(folder)
    assert traces(folder) == json.loads(json.dumps(before)) == before
    change(folder)
    assert traces(folder) != before


def test_what_others_write_to_the_stores_and_what_is_hidden_does_not_count(folder):
    before = traces(folder)
    write_later(folder.parent / "registry.db", b"another project")
    (folder / ".latents.parts").mkdir()
    (folder / ".latents.parts/part-000000.parquet").write_bytes(b"rows")
    assert traces(folder) == before


def test_a_server_is_not_looked_for_here(folder):
    settings = {"registry": "s3://bucket/registry.db", "online_store": {"type": "redis", "connection_string": "h:1"}}
    (folder / "feature_store.yaml").write_text(yaml.safe_dump(settings))
    assert traces(folder)["stores"] == {}


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "registry: 3"])
def test_broken_settings_and_an_empty_folder_are_traces_too(tmp_path, text):
    assert traces(tmp_path / "nothing") == {"files": {}, "stores": {}}
    (tmp_path / "feature_store.yaml").write_text(text)
    assert list(traces(tmp_path)["files"]) == ["feature_store.yaml"]
