"""The manifest on plain folders; attacks on a registered model's stand in test_download.py."""

import os
import time
from pathlib import Path

import pytest

from vaegis.errors import ArtifactError
from vaegis.registry.artifact_manifest import check_files, load_manifest, make_manifest, manifest_digest, save_manifest

META = {"model_name": "machines", "model_version": "1"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "files"
    (root / "bundle").mkdir(parents=True)
    (root / "MLmodel").write_text("flavors: {}\n")
    (root / "bundle/weights.safetensors").write_bytes(bytes(range(256)))
    return root


def test_it_names_every_file_and_nothing_else(folder: Path) -> None:
    manifest = make_manifest(folder, META)
    assert list(manifest) == ["MLmodel", "bundle/weights.safetensors"]
    assert check_files(folder, manifest, META) == {}
    kept = check_files(folder, manifest, META, keep="bundle")
    assert kept == {"weights.safetensors": bytes(range(256))}


def test_it_has_one_digest_whatever_the_order(folder: Path) -> None:
    manifest = make_manifest(folder, META)
    assert manifest_digest(manifest) == manifest_digest(dict(reversed(manifest.items())))
    (folder / "MLmodel").write_text("flavors: {x: 1}\n")
    assert manifest_digest(make_manifest(folder, META)) != manifest_digest(manifest)


def test_what_was_checked_is_what_is_returned(folder: Path) -> None:
    """Bytes written after the check do not reach whoever loads."""
    kept = check_files(folder, make_manifest(folder, META), META, keep="bundle")
    (folder / "bundle/weights.safetensors").write_bytes(b"evil")
    assert kept["weights.safetensors"] == bytes(range(256))


def test_a_link_swapped_in_after_the_listing_is_not_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest, original = make_manifest(folder, META), os.open

    def swap_first(path, flags, *rest):
        if str(path).endswith("MLmodel") and not Path(path).is_symlink():
            Path(path).rename(folder.parent / "away")
            Path(path).symlink_to(folder.parent / "away")
        return original(path, flags, *rest)

    monkeypatch.setattr(os, "open", swap_first)
    with pytest.raises(ArtifactError, match="MLmodel cannot be read"):
        check_files(folder, manifest, META)


def test_it_is_kept_under_its_digest(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAEGIS_AUDIT_LOG", raising=False)
    uri, manifest = f"sqlite:///{tmp_path}/mlflow.db", make_manifest(folder, META)
    digest = save_manifest(uri, manifest)
    assert load_manifest(uri, digest) == manifest
    [file] = (tmp_path / "audit/manifests").iterdir()
    file.write_bytes(file.read_bytes().replace(b"MLmodel", b"MLmodeL"))
    with pytest.raises(ArtifactError, match="was altered: its digest is not its name"):
        load_manifest(uri, digest)
    with pytest.raises(ArtifactError, match="does not exist"):
        load_manifest(uri, "0" * 64)


def test_a_bundle_of_100_mb_is_verified_within_a_second(folder: Path) -> None:
    """The best of three: the machine is shared."""
    (folder / "bundle/weights.safetensors").write_bytes(os.urandom(100_000_000))
    manifest, seconds = make_manifest(folder, META), []
    for _ in range(3):
        start = time.perf_counter()
        check_files(folder, manifest, META, keep="bundle")
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 1.0
