import hashlib

from vaegis.bundle import file_digest, tree_manifest


def test_file_digest_is_sha256(tmp_path):
    content = b"0123456789" * 200_000
    (tmp_path / "a").write_bytes(content)
    assert file_digest(tmp_path / "a") == hashlib.sha256(content).hexdigest()


def test_manifest_names_every_file_below_sorted(tmp_path):
    for name in ("b/z.txt", "b/a.txt", "a.txt", "__pycache__/x.pyc", "b/__pycache__/y.pyc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    manifest = tree_manifest(tmp_path)
    assert list(manifest) == ["a.txt", "b/a.txt", "b/z.txt"]
    assert manifest["b/a.txt"] == hashlib.sha256(b"b/a.txt").hexdigest()
