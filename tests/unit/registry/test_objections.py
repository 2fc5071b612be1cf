import pytest

from vaegis.governance import Gate, Policy, decide
from vaegis.registry.objections import breaks_callers, find_objections, held_against
from vaegis.registry.rollback import roll_back

GATE = Gate(name="loss", metric="loss", operator="<", threshold=1, why="w")


def policy(on_other_signature: str = "refuse") -> Policy:
    return Policy(version=1, gates=(GATE,), on_other_signature=on_other_signature, digest="p")


def objections(shelf, version: str, champion: str | None = None, **said: str) -> dict[str, str]:
    digest = shelf.digest(version)
    return find_objections(shelf.client, shelf.ledger, policy(**said), "machines", version, digest, champion)


def test_none_changes_nothing(shelf) -> None:
    one, two = shelf.add(1), shelf.add(2)
    assert objections(shelf, two, one) == {}
    assert held_against(policy(), {}) == (policy(), {})


def test_a_revoked_version_is_refused_by_name(shelf) -> None:
    one = shelf.add(1)
    shelf.revoke(one, "recalled rows")
    found = objections(shelf, one)
    assert "recalled rows" in found["not revoked"]
    stricter, evidence = held_against(policy(), found)
    verdict = decide(stricter, "d", {"loss": 0, **evidence}, None)
    assert [result.name for result in verdict.refusals] == ["not revoked"]
    assert "recalled rows" in verdict.refusals[0].why
    assert verdict.policy_digest == "p"


def test_what_people_took_off_the_pipeline_does_not_put_back(shelf) -> None:
    for seed in (1, 2):
        shelf.promote(shelf.add(seed))
    roll_back("machines", "alarms every night")
    assert "alarms every night" in objections(shelf, "2", "1")["not rolled back"]
    assert objections(shelf, "1") == {}


@pytest.mark.parametrize(
    ("inputs", "outputs", "message"),
    [
        ({"speed": "double", "heat": "double"}, {"score": "double"}, "it asks for a new column heat"),
        ({"speed": "string"}, {"score": "double"}, "it asks for speed as string, not double"),
        ({"speed": "double"}, {"rank": "double"}, "it does not answer score"),
        ({"speed": "double"}, {"score": "string"}, "it answers score as string, not double"),
    ],
)
def test_a_version_that_breaks_the_champions_callers_is_refused_unless_the_policy_accepts(
    shelf, inputs, outputs, message
) -> None:
    one, two = shelf.add(1), shelf.add(2, inputs, outputs)
    [found] = objections(shelf, two, one).values()
    assert message in found
    assert objections(shelf, two, one, on_other_signature="accept") == {}


def test_fewer_inputs_and_more_answers_break_nobody(shelf) -> None:
    one = shelf.add(1, {"speed": "double", "heat": "double"})
    two = shelf.add(2, {"speed": "double"}, {"score": "double", "rank": "double"})
    assert breaks_callers(shelf.client, "machines", two, one) == []
