import json

import pytest

from vaegis.bundle import FORMAT_VERSION, read_bundle, write_bundle
from vaegis.errors import ArtifactError

PARTS = {"weights.safetensors": b"\x00\x01weights", "network.json": b'{"a":1}'}


@pytest.fixture
def folder(tmp_path):
    write_bundle(tmp_path / "bundle", "demo", PARTS, {"MODEL_CARD.md": b"# card"})
    return tmp_path / "bundle"


def index(folder):
    return json.loads((folder / "bundle.json").read_text())


def test_round_trip(folder):
    bundle = read_bundle(folder)
    assert (bundle.kind, bundle.parts) == ("demo", PARTS)
    assert bundle.content_digest == index(folder)["content_digest"]


def test_format_is_pinned(folder):
    """These bytes are what older versions must go on reading: a change here needs a new `FORMAT_VERSION`."""
    assert FORMAT_VERSION == 1
    assert index(folder) == {
        "format_version": 1,
        "kind": "demo",
        "parts": {
            "network.json": "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
            "weights.safetensors": index(folder)["parts"]["weights.safetensors"],
        },
        "content_digest": index(folder)["content_digest"],
    }


def test_digest_is_stable_and_blind_to_order_and_attachments(folder, tmp_path):
    backwards = dict(reversed(PARTS.items()))
    other = write_bundle(tmp_path / "other", "demo", backwards, {"notes.txt": b"grown since"})
    assert other == read_bundle(folder).content_digest
    assert other == "759215a8adc183ea79cac7f1925141901c92d732793ffe26e9babd55a0dff7c5"


def test_digest_changes_with_part_and_kind(folder, tmp_path):
    first = read_bundle(folder).content_digest
    other = [
        write_bundle(tmp_path / "a", "demo", PARTS | {"network.json": b'{"a":2}'}, {}),
        write_bundle(tmp_path / "b", "another", PARTS, {}),
        write_bundle(tmp_path / "c", "demo", PARTS | {"more.json": b"{}"}, {}),
    ]
    assert len({first, *other}) == 4


@pytest.mark.parametrize("name", PARTS)
def test_one_flipped_bit_is_found(folder, name):
    content = bytearray((folder / name).read_bytes())
    content[-1] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ArtifactError, match=rf"{name} was altered \(SHA-256 is not [0-9a-f]{{12}}"):
        read_bundle(folder)


def test_missing_part_is_found(folder):
    (folder / "network.json").unlink()
    with pytest.raises(ArtifactError, match=r"network\.json is missing; change: restore the bundle"):
        read_bundle(folder)


@pytest.mark.parametrize("change", [{"kind": "other"}, {"content_digest": "0" * 64}, {"parts": {}}])
def test_altered_index_is_found(folder, change):
    (folder / "bundle.json").write_text(json.dumps(index(folder) | change))
    with pytest.raises(ArtifactError, match=r"bundle\.json was altered: its content digest is not that of its parts"):
        read_bundle(folder)


@pytest.mark.parametrize("version", [FORMAT_VERSION + 1, None, "1"])
def test_newer_format_says_what_to_do(folder, version):
    (folder / "bundle.json").write_text(json.dumps(index(folder) | {"format_version": version}))
    with pytest.raises(
        ArtifactError, match=f"format_version {version}; allowed: format_version 1; change: install a newer"
    ):
        read_bundle(folder)


def test_no_bundle_is_said(tmp_path):
    with pytest.raises(ArtifactError, match=r"bundle\.json does not exist"):
        read_bundle(tmp_path)


@pytest.mark.parametrize("name", ["model.pkl", "weights.pt", "weights"])
def test_pickle_is_never_a_part(tmp_path, name):
    with pytest.raises(ArtifactError, match="allowed: safetensors and JSON, never pickle"):
        write_bundle(tmp_path / "bundle", "demo", {name: b""}, {})
    assert not (tmp_path / "bundle").exists()


def test_attachment_may_change_and_grow(folder):
    (folder / "MODEL_CARD.md").write_text("# longer card")
    (folder / "figure.png").write_bytes(b"x")
    assert read_bundle(folder).parts == PARTS


@pytest.mark.parametrize("content", ["[]", "{}", '"text"', "{", '{"format_version": 1}'])
def test_what_is_no_index_is_said_in_one_line(folder, content):
    (folder / "bundle.json").write_text(content)
    with pytest.raises(ArtifactError, match=r"bundle\.json is no(t JSON| index)|has format_version None"):
        read_bundle(folder)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("file", "file is a file, no bundle; change: the path of a saved model"),
        ("folder", r"folder/bundle\.json does not exist"),
        ("broken", r"broken/bundle\.json does not exist"),
    ],
)
def test_paths_without_a_bundle_are_named(tmp_path, path, message):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken" / "bundle.json").mkdir(parents=True)
    with pytest.raises(ArtifactError, match=message):
        read_bundle(tmp_path / path)


@pytest.mark.parametrize("path", [None, 3])
def test_a_path_is_text_or_a_path(path):
    with pytest.raises(ArtifactError, match=f"the path of a bundle is {path}; allowed: text or a pathlib.Path"):
        read_bundle(path)
    with pytest.raises(ArtifactError, match=f"the path of a bundle is {path}"):
        write_bundle(path, "demo", PARTS, {})


def test_what_is_no_bundle_is_left_as_it_is(tmp_path):
    (tmp_path / "keep").mkdir()
    (tmp_path / "keep" / "thesis.txt").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine")
    for name in ("keep", "notes.txt"):
        with pytest.raises(ArtifactError, match=rf"{name} holds what is no bundle, and is left as it is; allowed: a f"):
            write_bundle(tmp_path / name, "demo", PARTS, {})
    assert (tmp_path / "keep" / "thesis.txt").read_text() == (tmp_path / "notes.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keep", "notes.txt"]


@pytest.mark.parametrize("path", ["models:/pumps/1", "s3:/bucket/model"])
def test_an_address_is_no_folder(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArtifactError, match=f"{path} is an address; allowed: a folder"):
        write_bundle(path, "demo", PARTS, {})
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_to_is_said():
    with pytest.raises(ArtifactError, match=r"/proc/nope/x cannot be written \(No such file or directory\)"):
        write_bundle("/proc/nope/x", "demo", PARTS, {})


def test_an_empty_folder_becomes_a_bundle(tmp_path):
    (tmp_path / "empty").mkdir()
    write_bundle(str(tmp_path / "empty"), "demo", PARTS, {})
    assert read_bundle(str(tmp_path / "empty")).parts == PARTS


def test_new_bundle_takes_the_place_of_the_old(folder):
    write_bundle(folder, "demo", {"network.json": b"{}"}, {})
    assert sorted(path.name for path in folder.iterdir()) == ["bundle.json", "network.json"]
