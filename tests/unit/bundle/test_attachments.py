import pytest

from vaegis.bundle import attach, read_attachment, read_bundle, write_bundle
from vaegis.errors import ArtifactError


@pytest.fixture
def folder(tmp_path):
    parts = {"weights.safetensors": b"\x00\x01weights", "network.json": b'{"a":1}'}
    write_bundle(tmp_path / "bundle", "demo", parts, {"MODEL_CARD.md": b"# card"})
    return tmp_path / "bundle"


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_attached_later_leaves_digest_and_index(folder):
    before, digest = (folder / "bundle.json").read_bytes(), read_bundle(folder).content_digest
    attach(folder, "a.onnx", b"graph")
    attach(folder, "b.txt", b"words")
    attach(folder, "a.onnx", b"another graph")
    assert (folder / "bundle.json").read_bytes() == before
    assert read_bundle(folder).content_digest == digest
    assert read_attachment(files(folder), "a.onnx", "demo") == b"another graph"
    assert read_attachment(files(folder), "b.txt", "demo") == b"words"
    assert read_attachment(files(folder), "MODEL_CARD.md", "demo") is None, "written with the bundle, never read again"


def test_one_that_is_damaged_or_gone_is_told(folder):
    attach(folder, "a.onnx", b"graph")
    (folder / "a.onnx").write_bytes(b"grapf")
    with pytest.raises(ArtifactError, match=r"attachment demo/a\.onnx was altered"):
        read_attachment(files(folder), "a.onnx", "demo")
    (folder / "a.onnx").unlink()
    with pytest.raises(ArtifactError, match=r"attachment demo/a\.onnx is missing"):
        read_attachment(files(folder), "a.onnx", "demo")
    (folder / "attachments.json").write_text("{")
    with pytest.raises(ArtifactError, match=r"demo/attachments\.json is not JSON"):
        read_attachment(files(folder), "a.onnx", "demo")
