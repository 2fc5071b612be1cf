import pytest

from vaegis.errors import ArtifactError
from vaegis.registry.artifact_manifest import load_manifest
from vaegis.registry.enrolment import enrol
from vaegis.registry.names import ARTIFACT_MANIFEST, CONTENT_DIGEST


def test_a_version_is_recorded_once_with_all_its_files(shelf) -> None:
    one = shelf.add(1)
    [entry] = shelf.ledger.entries
    version = shelf.client.get_model_version("machines", one)
    assert entry.body["content_digest"] == version.tags[CONTENT_DIGEST]
    assert entry.body["artifact_manifest"] == version.tags[ARTIFACT_MANIFEST]
    assert entry.body["location"].endswith("m-1/artifacts")
    manifest = load_manifest(shelf.uri, entry.body["artifact_manifest"])
    assert set(manifest) == {
        "MLmodel",
        *(f"artifacts/bundle/{name}" for name in ("bundle.json", "weights.json", "CARD.md")),
    }
    assert enrol(shelf.uri, shelf.client, version) == entry
    assert len(shelf.ledger.entries) == 1


def test_a_lost_tag_comes_back_from_the_log_but_an_altered_file_is_not_taken_for_new(shelf) -> None:
    one = shelf.add(1)
    shelf.client.delete_model_version_tag("machines", one, ARTIFACT_MANIFEST)
    shelf.flip(one)
    entry = enrol(shelf.uri, shelf.client, shelf.client.get_model_version("machines", one))
    tags = shelf.client.get_model_version("machines", one).tags
    assert tags[ARTIFACT_MANIFEST] == entry.body["artifact_manifest"]
    assert len(shelf.ledger.entries) == 1


def test_files_that_do_not_hold_what_they_are_called_are_not_recorded(shelf) -> None:
    files = shelf.files(shelf.add(1))
    version = shelf.client.create_model_version("machines", files.as_uri(), tags={CONTENT_DIGEST: "0" * 64})
    with pytest.raises(ArtifactError, match=r"holds content .* but is called 000000000000"):
        enrol(shelf.uri, shelf.client, version)
    assert len(shelf.ledger.entries) == 1
