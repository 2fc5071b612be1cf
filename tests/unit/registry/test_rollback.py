import pytest

from vaegis.errors import ArtifactError, ConfigError, RefusedError
from vaegis.registry.rollback import roll_back


@pytest.fixture
def three(shelf):
    for seed in (1, 2, 3):
        shelf.promote(shelf.add(seed))
    return shelf


def test_it_goes_back_champion_by_champion(three) -> None:
    record = roll_back("machines", "alarms every night")
    assert three.aliases == {"champion": "2", "previous": "1"}
    assert (record.body["kind"], record.body["reason"]) == ("rollback", "alarms every night")
    assert record.body["instead_of"] == three.digest("3")
    roll_back("machines", "still")
    assert three.aliases == {"champion": "1"}
    with pytest.raises(RefusedError, match=r"no earlier champion to go back to \(champion: 1\)"):
        roll_back("machines", "once more")


def test_it_goes_where_it_is_told_forth_too(three) -> None:
    roll_back("machines", "r", to="1")
    assert three.aliases == {"champion": "1"}
    roll_back("machines", "it was the sensor", to="3")
    assert three.aliases == {"champion": "3", "previous": "1"}
    assert three.ledger.taken_back("machines", three.digest("3")) is None


def test_a_revoked_champion_is_passed_over(three) -> None:
    three.revoke("2")
    roll_back("machines", "r")
    assert three.aliases == {"champion": "1"}


def test_altered_bytes_are_not_gone_back_to(three) -> None:
    three.flip("2")
    with pytest.raises(ArtifactError, match=r"version 2: artifacts/bundle/weights.json was altered"):
        roll_back("machines", "r")
    assert three.aliases == {"champion": "3", "previous": "2"}
    roll_back("machines", "r", to="1")
    assert three.aliases == {"champion": "1"}


@pytest.mark.parametrize(
    ("model", "reason", "to", "kind", "message"),
    [
        ("machines", "", "", ConfigError, "a rollback without a reason"),
        ("strangers", "r", "", ArtifactError, "strangers is not registered"),
        ("machines", "r", "4", RefusedError, "version 4 was never champion; allowed: 1, 2, 3"),
        ("machines", "r", "3", RefusedError, "version 3 is champion already"),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(three, model, reason, to, kind, message) -> None:
    three.add(4)
    before = len(three.ledger.entries)
    with pytest.raises(kind, match=message):
        roll_back(model, reason, to)
    assert three.aliases == {"champion": "3", "previous": "2"}
    assert len(three.ledger.entries) == before
