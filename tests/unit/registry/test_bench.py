import pytest

from vaegis.errors import RefusedError
from vaegis.registry.bench import recheck, require_heard
from vaegis.registry.journal import audit_log


def test_where_the_log_never_promoted_the_aliases_that_stand_are_taken_over(shelf) -> None:
    one, two = shelf.add(1), shelf.add(2)
    shelf.client.set_registered_model_alias("machines", "champion", one)
    bench = shelf.bench()
    assert bench.lawful == {"champion": one, "previous": None}
    assert (bench.opponent(two), bench.opponent(one)) == (one, None)


def test_once_it_did_a_rogue_move_changes_nothing(shelf) -> None:
    one, two, three = (shelf.add(seed) for seed in (1, 2, 3))
    shelf.promote(one)
    shelf.promote(two)
    shelf.client.set_registered_model_alias("machines", "champion", three)
    bench = shelf.bench()
    assert bench.held == {"champion": three, "previous": one}
    assert bench.lawful == {"champion": two, "previous": one}
    assert (bench.opponent(three), bench.opponent(two), bench.opponent(one)) == (two, one, two)


def test_a_revoked_or_deleted_champion_is_nobodys_opponent(shelf) -> None:
    one, two = shelf.add(1), shelf.add(2)
    shelf.promote(one)
    shelf.revoke(one)
    assert shelf.bench().opponent(two) is None
    shelf.client.delete_model_version("machines", one)
    assert shelf.bench().lawful == {"champion": None, "previous": None}


def test_a_version_registered_anew_is_not_the_one_that_was_judged(shelf) -> None:
    move = shelf.move(shelf.add(1))
    other = type(move)(**{**{name: getattr(move, name) for name in move.__slots__}, "artifact_manifest": "0"})
    with pytest.raises(RefusedError, match="was registered anew by audit log entry 1"):
        recheck(shelf.uri, shelf.client, shelf.ledger, other)


def test_what_was_said_after_the_judgement_is_not_passed_over(shelf) -> None:
    one, two = shelf.add(1), shelf.add(2)
    known, (mine, other) = shelf.ledger, (shelf.move(version).content_digest for version in (one, two))
    audit_log(shelf.uri).append("REJECTION", {"content_digest": other, "nonce": "n"})
    require_heard(known, shelf.ledger, mine)
    with pytest.raises(RefusedError, match=r"REJECTION by .* \(audit log entry 3\) came after the judgement"):
        require_heard(known, shelf.ledger, other)
