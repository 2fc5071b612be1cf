import pytest

from vaegis.errors import ArtifactError, ConfigError, RefusedError
from vaegis.registry.download import fetch_verified
from vaegis.registry.revocation import require_standing, revoke


def test_a_revoked_content_is_unloadable_as_whatever_version(shelf) -> None:
    one = shelf.add(1)
    shelf.promote(one)
    assert fetch_verified("models:/machines@champion").version == one
    entry = revoke(f"machines/{one}", "  trained on recalled rows ")
    assert entry.body == {
        "content_digest": shelf.digest(one),
        "reason": "trained on recalled rows",
        "versions": ["machines/1"],
    }
    for address in ("models:/machines@champion", "models:/machines/1"):
        with pytest.raises(RefusedError, match=rf"was revoked by .*: trained on recalled rows .*entry {entry.seq}\)"):
            fetch_verified(address)
    assert revoke(f"machines/{one}", "again") == entry, "the first reason stands"


def test_content_in_a_folder_is_held_against_the_log(shelf) -> None:
    one, two = shelf.add(1), shelf.add(2)
    revoke(f"machines/{one}", "recalled")
    require_standing(shelf.digest(two), "models/candidate")
    with pytest.raises(RefusedError, match=r"models/candidate was revoked by .*: recalled \(content .*change: --model"):
        require_standing(shelf.digest(one), "models/candidate")


def test_without_a_registry_nothing_is_revoked(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    require_standing("0" * 64, "bundle")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("length", [12, 64])
def test_a_digest_or_its_beginning_will_do(shelf, length: int) -> None:
    one, _ = shelf.add(1), shelf.add(2)
    assert revoke(shelf.digest(one)[:length], "r").body["content_digest"] == shelf.digest(one)
    assert revoke("f" * 64, "not here yet").body["versions"] == []


@pytest.mark.parametrize(
    ("what", "reason", "kind", "message"),
    [
        ("machines/1", " ", ConfigError, "a revocation without a reason"),
        ("machines/9", "r", ArtifactError, "knows no version machines/9"),
        ("machines", "r", ConfigError, "is neither a version nor a digest"),
        ("abc", "r", ConfigError, "is neither a version nor a digest"),
        ("0" * 20, "r", ArtifactError, "0 registered contents begin with"),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(shelf, what, reason, kind, message) -> None:
    shelf.add(1)
    with pytest.raises(kind, match=message):
        revoke(what, reason)
    assert len(shelf.ledger.entries) == 1
