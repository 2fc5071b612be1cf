import shutil
from pathlib import Path

import pytest

from vaegis.registry.names import CONTENT_DIGEST
from vaegis.registry.tracking import connect
from vaegis.registry.versions import all_versions, find_version, require_model, set_version_tags, verifies


def make(client, digest: str):
    require_model(client, "machines")
    return client.create_model_version("machines", Path("m").absolute().as_uri(), tags={CONTENT_DIGEST: digest})


def test_versions_stand_in_order_of_their_numbers(client) -> None:
    assert all_versions(client, "machines") == []
    for number in range(11):
        make(client, str(number))
    assert [str(version.version) for version in all_versions(client, "machines")] == [str(n) for n in range(1, 12)]


def test_the_oldest_version_of_a_digest_is_found(client) -> None:
    for digest in ("a", "b", "b"):
        make(client, digest)
    assert str(find_version(client, "machines", "b").version) == "2"
    assert find_version(client, "machines", "c") is None


def test_a_model_is_made_once(client) -> None:
    require_model(client, "machines")
    require_model(client, "machines")
    assert [model.name for model in client.search_registered_models()] == ["machines"]


def test_tags_that_agree_are_not_written_again(client, monkeypatch: pytest.MonkeyPatch) -> None:
    version = make(client, "a")
    written = []
    monkeypatch.setattr(client, "set_model_version_tag", lambda *arguments: written.append(arguments[2:]))
    set_version_tags(client, version, {CONTENT_DIGEST: "a", "z": "1", "b": "2"})
    assert written == [("b", "2"), ("z", "1")]


def test_a_version_verifies_by_its_bytes(registered) -> None:
    _, registration = registered
    client = connect()
    version = client.get_model_version("machines", registration.version)
    assert verifies(client, version, registration.content_digest)
    assert not verifies(client, version, "0" * 64)
    [bundle] = Path("mlruns/artifacts").glob("models/*/artifacts/artifacts/bundle")
    safe = Path("safe")
    shutil.copytree(bundle, safe)
    try:
        weights = bundle / "weights.safetensors"
        weights.write_bytes(weights.read_bytes()[:-1] + b"\x7f")
        assert not verifies(client, version, registration.content_digest)
        shutil.rmtree(bundle)
        assert not verifies(client, version, registration.content_digest)
    finally:
        shutil.rmtree(bundle, ignore_errors=True)
        shutil.move(safe, bundle)
