import pytest

from vaegis.errors import ArtifactError, ConfigError, RefusedError
from vaegis.registry.download import fetch_verified
from vaegis.registry.revocation import revoke


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
