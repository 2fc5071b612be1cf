import json
from pathlib import Path

import pytest

from vaegis.errors import ArtifactError, ConfigError, RefusedError, ServiceError
from vaegis.governance.verdict import AWAITING, PROMOTED, REFUSED
from vaegis.registry.address import tracking_uri
from vaegis.registry.journal import audit_log
from vaegis.registry.review import Desk
from vaegis.registry.rollback import roll_back
from vaegis.registry.speaking import speak


def test_a_team_promotes_what_somebody_else_approved(team) -> None:
    """From the first run to a second champion, by the words of people only."""
    first = team.run()
    assert first.verdict.decision == AWAITING
    assert "champion" not in first.aliases

    with pytest.raises(RefusedError, match="max is owner, and the policy asks risk"):
        speak("machines/1", "approve", "mine", 9, key="max")
    with pytest.raises(RefusedError, match="ops is service, and the policy asks risk"):
        speak("machines/1", "approve", "fine", 9)
    with pytest.raises(ConfigError, match="needs a reason"):
        speak("machines/1", "approve", " ", 9, key="bob")
    with pytest.raises(ConfigError, match="days is 0"):
        speak("machines/1", "approve", "fine", 0, key="bob")
    with pytest.raises(ArtifactError, match="machines/9"):
        speak("machines/9", "approve", "fine", 9, key="bob")
    assert not Path("approvals").exists()

    said = speak("machines/1", "approve", "looked at it", 9, key="bob")
    assert said.file.is_file()
    assert (said.entry.event, said.entry.actor, said.entry.body["envelope"]) == (
        "APPROVAL",
        "bob",
        json.loads(said.file.read_text()),
    )
    second = team.run()
    assert (second.verdict.decision, second.aliases["champion"]) == (PROMOTED, "1")
    assert team.run().verdict.decision == PROMOTED

    assert [entry.event for entry in audit_log(tracking_uri()).entries()][-2:] == ["INTENT", "COMMIT"]
    assert all(entry.key for entry in audit_log(tracking_uri()).entries())

    second_version_is_rejected(team)
    the_clock_is_behind_a_rollback(team)


def second_version_is_rejected(team) -> None:
    team.project.train(seed=1, reconstruction={"nll": 4.0})
    team.commit()
    assert team.run().verdict.decision == AWAITING
    speak("machines/2", "reject", "too few winters", 9, key="ann")
    speak("machines/2", "approve", "fine by me", 9, key="bob")
    refused = team.run()
    assert (refused.verdict.decision, refused.aliases["champion"]) == (REFUSED, "1")
    assert "too few winters" in refused.verdict.summary

    desk = Desk.lay("machines/2")
    found = desk.review()
    assert found.verdict.decision == REFUSED
    assert found.theirs["evaluate/reconstruction/nll"] == 5.0
    assert found.authors == ("max", "max@example.org")
    assert found.differences["params train.seed"] == (0, 1)
    assert desk.question.expects == Desk.lay("machines/1").entry.body["content_digest"]


def the_clock_is_behind_a_rollback(team) -> None:
    """Its word would be dated before the version left, and so be used up when it is signed."""
    speak("machines/2", "approve", "she saw the third winter", 9, key="ann")
    assert team.run().aliases["champion"] == "2"
    record = roll_back("machines", "alarms every night")
    count = len(audit_log(tracking_uri()).entries())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vaegis.registry.speaking.present", lambda entries: record.moment)
        with pytest.raises(ServiceError, match=r"machines/2 was replaced as champion at .* UTC, and by this clock"):
            speak("machines/2", "approve", "fine", 9, key="bob")
    assert len(audit_log(tracking_uri()).entries()) == count
    assert speak("machines/2", "approve", "fine", 9, key="bob").statement.moment > record.moment


def test_a_waiver_needs_a_policy_that_allows_it(team) -> None:
    team.project.train(seed=2, latent={"active_units": 0})
    team.commit()
    assert team.run().verdict.decision == REFUSED
    with pytest.raises(RefusedError, match="gate 'active' is never waived"):
        speak("machines/1", "waive", "known", 9, gate="active", key="bob")
    with pytest.raises(ConfigError, match="no gate 'no pickle' of its own; allowed: admitted, whole, active, nll"):
        speak("machines/1", "waive", "known", 9, gate="no pickle", key="bob")
    rules = {"level": "team", "approvals": [{"roles": ["risk"]}], "waivers": {"roles": ["risk"]}}
    team.project.policy(**rules)
    speak("machines/1", "waive", "it is a toy", 9, gate="active", key="ann")
    speak("machines/1", "approve", "fine", 9, key="bob")
    outcome = team.run()
    assert outcome.verdict.decision == PROMOTED
    assert "1 waived" in outcome.verdict.summary


def test_nobody_signs_at_level_solo(team) -> None:
    team.project.policy()
    outcome = team.run()
    assert outcome.verdict.promoted
    with pytest.raises(ConfigError, match="nobody signs at level solo; allowed: level: team or regulated"):
        speak("machines/1", "approve", "fine", 9, key="bob")
