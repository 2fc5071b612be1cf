import shutil

import pytest

from vaegis.errors import ArtifactError
from vaegis.registry.stored import BUNDLE, is_whole, location, stored_files, verified_bundle


def test_a_versions_bundle_comes_with_its_checks(shelf) -> None:
    one = shelf.add(1)
    version, entry = shelf.client.get_model_version("machines", one), shelf.ledger.registration("machines", one)
    files = verified_bundle(shelf.uri, shelf.client, version, entry)
    assert set(files) == {"bundle.json", "weights.json", "CARD.md"}
    assert is_whole(shelf.uri, shelf.client, version, entry)
    assert not is_whole(shelf.uri, shelf.client, version, None)
    shelf.flip(one)
    assert not is_whole(shelf.uri, shelf.client, version, entry)
    with pytest.raises(
        ArtifactError, match=rf"machines version 1: {BUNDLE}/weights.json was altered.*entry {entry.seq}"
    ):
        verified_bundle(shelf.uri, shelf.client, version, entry)


def test_local_files_are_read_where_they_lie_and_lost_ones_named(shelf) -> None:
    one = shelf.add(1)
    address = location(shelf.client, "machines", one)
    with stored_files(address) as folder:
        assert folder == shelf.files(one)
    shutil.rmtree(shelf.files(one))
    with pytest.raises(ArtifactError, match="its files are missing"), stored_files(address):
        pass


def test_a_server_that_lost_them_is_one_line() -> None:
    with pytest.raises(ArtifactError, match="its files are missing"), stored_files("runs:/0123/none"):
        pass
