import pytest

from vaegis.errors import ConfigError, RefusedError


def test_rollback_needs_a_reason_and_says_what_it_did(champions, vaegis):
    vaegis("rollback", "machines", code=2)
    with pytest.raises(ConfigError, match="a rollback without a reason"):
        vaegis("rollback", "machines", "--reason", " ")
    assert champions.aliases == {"champion": "2", "previous": "1"}
    told = vaegis("rollback", "machines", "--reason", "alarms every night", "--json")
    assert told["aliases"] == {"champion": "1"} == champions.aliases
    assert told["reason"] == "alarms every night"
    with pytest.raises(RefusedError, match="no earlier champion"):
        vaegis("rollback", "machines", "--reason", "again")
    assert "champion of machines is version 2 again" in vaegis(
        "rollback", "machines", "--to", "2", "--reason", "sensor"
    )


def test_revoke_names_what_it_hits_and_tells_whoever_wants_to_know(champions, vaegis):
    (champions.root / "params.yaml").write_text("promote: {notify: 'true'}\n")
    told = vaegis("revoke", "machines/1", "--reason", "recalled rows", "--json")
    assert (told["versions"], told["reason"]) == (["machines/1"], "recalled rows")
    assert champions.ledger.revocation(champions.digest("1")) is not None
    assert (champions.root / ".scratch/notify.log").is_file()
    assert "is revoked (machines/2;" in vaegis("revoke", champions.digest("2")[:12], "--reason", "too")
