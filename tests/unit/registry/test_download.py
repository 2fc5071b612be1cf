"""From an address to a verified model: real MLflow, and every way in which the stored bytes may be wrong."""

import shutil
from pathlib import Path
from urllib.parse import unquote, urlparse

import numpy as np
import pytest

from vaegis.errors import ArtifactError, ConfigError, ServiceError
from vaegis.fitted.model import FittedModel
from vaegis.registry.download import load_registered
from vaegis.registry.names import CONTENT_DIGEST
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
    def bundle(self) -> Path:
        """Return where MLflow keeps the bundle."""
        stored = self.client.get_model_version_download_uri("machines", self.registration.version)
        return Path(unquote(urlparse(stored).path)) / "artifacts/bundle"


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
    bundle, safe = shelf.bundle, shelf.root / "safe"
    shutil.copytree(bundle, safe)
    yield shelf
    shutil.rmtree(bundle, ignore_errors=True)
    shutil.move(safe, bundle)
    version, digest = shelf.registration.version, shelf.registration.content_digest
    shelf.client.set_model_version_tag("machines", version, CONTENT_DIGEST, digest)


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


def test_a_lost_bundle_is_one_line(shelf) -> None:
    shutil.rmtree(shelf.bundle)
    refused(shelf.address, ArtifactError, "its bundle is missing .*restore its artifacts")


def test_an_altered_part_is_never_loaded(shelf) -> None:
    part = next(shelf.bundle.glob("*.safetensors"))
    content = bytearray(part.read_bytes())
    content[-1] ^= 1
    part.write_bytes(content)
    refused(shelf.address, ArtifactError, f"{shelf.address}: bundle part {part.name} was altered")


def test_a_lost_part_is_one_line(shelf) -> None:
    part = next(shelf.bundle.glob("*.safetensors"))
    part.unlink()
    refused(shelf.address, ArtifactError, f"{shelf.address}: bundle part {part.name} is missing; change: restore the")


def test_another_whole_bundle_in_its_place_is_refused(shelf, registered) -> None:
    """Every digest inside holds; only what was registered tells that it is another model."""
    project = registered[1]
    shutil.rmtree(shelf.bundle)
    shutil.copytree(project.root / "models/baseline", shelf.bundle)
    other = FittedModel.load(project.root / "models/baseline").content_digest
    expected = shelf.registration.content_digest
    refused(shelf.address, ArtifactError, f"holds content {other[:12]}, but {expected[:12]} was registered")


@pytest.mark.parametrize("digest", ["0" * 64, None])
def test_an_altered_or_lost_digest_tag_is_refused(shelf, digest: str | None) -> None:
    version = shelf.registration.version
    if digest is None:
        shelf.client.delete_model_version_tag("machines", version, CONTENT_DIGEST)
    else:
        shelf.client.set_model_version_tag("machines", version, CONTENT_DIGEST, digest)
    refused(shelf.address, ArtifactError, f"but {str(digest)[:12]} was registered; change: restore the version")


def test_a_dead_server_is_one_line(monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1:9") as caught:
        load_registered("models:/machines/1")
    assert "\n" not in str(caught.value)
