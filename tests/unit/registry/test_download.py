"""From an address to a verified model: real MLflow, and every way in which the stored bytes may be wrong."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from urllib.parse import unquote, urlparse

import numpy as np
import pytest

from vaegis.errors import ArtifactError, ConfigError, ServiceError
from vaegis.fitted.model import FittedModel
from vaegis.registry.last_good import load_registered
from vaegis.registry.names import ARTIFACT_MANIFEST, CONTENT_DIGEST
from vaegis.registry.registration import register
from vaegis.registry.tracking import connect


class Shelf:
    """One registered version, in a folder that a test may spoil."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.registration = register()
        self.client = connect()
        self.client.set_registered_model_alias("machines", "challenger", self.registration.version)

    @property
    def address(self) -> str:
        return f"models:/machines/{self.registration.version}"

    @property
    def files(self) -> Path:
        """Return where MLflow keeps the files of the version."""
        stored = self.client.get_model_version_download_uri("machines", self.registration.version)
        return Path(unquote(urlparse(stored).path))

    @property
    def bundle(self) -> Path:
        """Return where it keeps the bundle."""
        return self.files / "artifacts/bundle"


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory, make_project) -> tuple[Shelf, object]:
    """Return the one registration that all tests share, and its project; each puts back what it spoils."""
    root = tmp_path_factory.mktemp("download")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(root)
        project = make_project(root)
        return Shelf(root), project


@pytest.fixture
def shelf(registered, monkeypatch: pytest.MonkeyPatch):
    """Return the registration, entered; its files and tags are as they were once the test is over."""
    shelf, _ = registered
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(shelf.root)
    connect()
    files, safe = shelf.files, shelf.root / "safe"
    shutil.copytree(files, safe)
    yield shelf
    shutil.rmtree(files, ignore_errors=True)
    shutil.move(safe, files)


def refused(address: str, error: type[Exception], message: str) -> None:
    """Expect one line that names the address."""
    with pytest.raises(error, match=message) as caught:
        load_registered(address)
    assert "\n" not in str(caught.value)
    assert address in str(caught.value)


@pytest.mark.parametrize("ending", ["/1", "@challenger"])
def test_version_and_alias_lead_to_the_registered_model(shelf, registered, ending: str) -> None:
    project = registered[1]
    model = load_registered(f"models:/machines{ending}")
    original = FittedModel.load(project.root / "models/candidate")
    assert model.content_digest == shelf.registration.content_digest == original.content_digest
    np.testing.assert_array_equal(model.score(project.rows), original.score(project.rows))


@pytest.mark.parametrize(
    "address",
    [
        "machines",
        "models:/machines",
        "models:/machines/",
        "models:/machines/latest",
        "models:/machines@",
        "models:/machines/1/extra",
        "models:/machines@champion/1",
        "runs:/0123/model",
        "models:/machines/1\n",
    ],
)
def test_what_is_no_address_is_refused_before_mlflow_is_asked(address: str, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with pytest.raises(ConfigError, match=r"is no address; allowed: models:/NAME@ALIAS, models:/NAME/VERSION"):
        load_registered(address)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("models:/machines/99", "99"),
        ("models:/machines@nobody", "nobody"),
        ("models:/strangers/1", "strangers"),
        ("models:/strangers@champion", "strangers"),
    ],
)
def test_what_is_not_registered_is_one_line(shelf, address: str, message: str) -> None:
    refused(address, ArtifactError, rf"{message}.*`vaegis show` lists what is registered")


def test_lost_files_are_one_line(shelf) -> None:
    shutil.rmtree(shelf.files)
    refused(shelf.address, ArtifactError, "its files are missing .*entry 1.*restore its artifacts")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "name", ["artifacts/bundle/weights.safetensors", "MLmodel", "artifacts/MODEL_CARD.md", "requirements.txt"]
)
def test_one_flipped_bit_is_refused_by_file_digest_and_entry(shelf, name: str) -> None:
    file = shelf.files / name
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    flip(file)
    after = hashlib.sha256(file.read_bytes()).hexdigest()
    refused(
        shelf.address,
        ArtifactError,
        rf"{name} was altered: SHA-256 is {after[:12]}, not {before[:12]} \(registered by audit log entry 1\)",
    )


def test_a_lost_part_is_refused(shelf) -> None:
    next(shelf.bundle.glob("*.safetensors")).unlink()
    refused(shelf.address, ArtifactError, r"artifacts/bundle/\w+.safetensors is missing \(SHA-256 [0-9a-f]{12}\)")


@pytest.mark.parametrize("name", ["extra.bin", "artifacts/bundle/extra.json", "code/vaegis/extra.py", "code/extra.pth"])
def test_an_extra_file_is_refused(shelf, name: str) -> None:
    (shelf.files / name).write_bytes(b"x")
    refused(shelf.address, ArtifactError, f"{name} was added .*nobody registered it")


@pytest.mark.parametrize("name", ["artifacts/bundle/weights.safetensors", "MLmodel", "code/vaegis", "new"])
def test_a_link_is_refused_even_to_the_same_bytes(shelf, name: str) -> None:
    place, away = shelf.files / name, shelf.root / "away"
    if place.exists():
        shutil.move(place, away)
    place.symlink_to(away)
    refused(shelf.address, ArtifactError, f"{name} is a link to .*away")
    place.unlink()
    shutil.rmtree(away) if away.is_dir() else away.unlink(missing_ok=True)


def test_a_pipe_is_refused_and_does_not_hang(shelf) -> None:
    os.mkfifo(shelf.files / "pipe")
    refused(shelf.address, ArtifactError, "pipe is no plain file")


def test_another_whole_bundle_in_its_place_is_refused(shelf, registered) -> None:
    """Every digest inside holds; only what was registered tells that it is another model."""
    project = registered[1]
    shutil.rmtree(shelf.bundle)
    shutil.copytree(project.root / "models/baseline", shelf.bundle)
    refused(shelf.address, ArtifactError, r"artifacts/bundle/.* \(registered by audit log entry 1\)")


@pytest.mark.parametrize("tag", [CONTENT_DIGEST, ARTIFACT_MANIFEST])
@pytest.mark.parametrize("digest", ["0" * 64, None])
def test_an_altered_or_lost_tag_is_refused(shelf, tag: str, digest: str | None) -> None:
    version = shelf.registration.version
    before = shelf.client.get_model_version("machines", version).tags[tag]
    if digest is None:
        shelf.client.delete_model_version_tag("machines", version, tag)
    else:
        shelf.client.set_model_version_tag("machines", version, tag, digest)
    refused(shelf.address, ArtifactError, rf"its tag {tag} is {str(digest)[:12]}, but {before[:12]} was registered")
    shelf.client.set_model_version_tag("machines", version, tag, before)


def test_an_altered_manifest_is_refused(shelf) -> None:
    """Whoever alters a file and its line in the manifest cannot alter the name that the log knows it by."""
    [manifest] = (shelf.root / "mlruns/audit/manifests").iterdir()
    content = manifest.read_bytes()
    flip(shelf.files / "MLmodel")
    forged = json.loads(content)
    forged["MLmodel"] = hashlib.sha256((shelf.files / "MLmodel").read_bytes()).hexdigest()
    manifest.write_text(json.dumps(forged))
    refused(shelf.address, ArtifactError, "manifests/.*was altered: its digest is not its name")
    manifest.write_bytes(content)


def test_an_edited_log_is_refused(shelf) -> None:
    log = shelf.root / "mlruns/audit/log.jsonl"
    content = log.read_bytes()
    log.write_bytes(content.replace(b"REGISTERED", b"REVOCATION"))
    refused(shelf.address, ArtifactError, "audit log, entry 1: it was edited")
    log.write_bytes(content)


def test_a_lost_log_is_refused(shelf) -> None:
    audit = shelf.root / "mlruns/audit"
    audit.rename(shelf.root / "elsewhere")
    refused(shelf.address, ArtifactError, "the audit log has no registration of machines version 1")
    shutil.rmtree(audit, ignore_errors=True)
    (shelf.root / "elsewhere").rename(audit)


def test_champion_without_a_record_is_refused(shelf) -> None:
    shelf.client.set_registered_model_alias("machines", "champion", "1")
    refused("models:/machines@champion", ArtifactError, "no promotion record of the audit log put it there")
    shelf.client.delete_registered_model_alias("machines", "champion")


def test_what_mlflow_itself_leaves_among_the_files_is_no_stranger(shelf) -> None:
    """Loading by plain MLflow notes the version beside the files and has Python cache its code."""
    (shelf.files / "registered_model_meta").write_text("model_name: machines\nmodel_version: 1\n")
    (shelf.files / "code/vaegis/__pycache__").mkdir(exist_ok=True)
    (shelf.files / "code/vaegis/__pycache__/api.pyc").write_bytes(b"x")
    assert load_registered(shelf.address).content_digest == shelf.registration.content_digest
    (shelf.files / "registered_model_meta").write_text("model_name: others\n")
    refused(shelf.address, ArtifactError, "registered_model_meta was added")


def test_a_dead_server_is_one_line(monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1:9") as caught:
        load_registered("models:/machines/1")
    assert "\n" not in str(caught.value)
