import json
from dataclasses import replace
from datetime import timedelta

import pytest

from vaegis.errors import ArtifactError, ConfigError
from vaegis.governance import keyring
from vaegis.governance.statement import APPROVE, REJECT, WAIVE, Statement, check, envelopes, hear, keep

DAY = timedelta(days=1)


def test_what_was_signed_counts_for_its_question(people):
    statement = check(people.says("bob"), people.trust, people.question, people.now)
    assert (statement.person, statement.kind) == ("bob", APPROVE)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("content_digest", "another content digest: dddddddddddd, now it is eeee"),
        ("policy_digest", "another policy"),
        ("alias", "another alias: champion, now it is eeee"),
        ("expects", "another champion before: cccccccccccc"),
    ],
)
def test_it_is_worth_nothing_for_another(people, field, message):
    with pytest.raises(ArtifactError, match=message):
        check(people.says("bob"), people.trust, replace(people.question, **{field: "e" * 64}), people.now)


def test_it_is_worth_nothing_twice(people):
    rolled_back = replace(people.question, left=people.now - DAY)
    given = {"a": people.says("bob"), "b": people.says("cid", WAIVE), "c": people.says("ann", REJECT)}
    heard = hear(given, people.trust, rolled_back, people.now)
    assert [item.person for item in heard.statements] == ["ann"]
    assert [fault.partition(":")[2] for fault in heard.faults] == [" the version was replaced as champion since"] * 2
    anew = {**given, "d": people.says("bob", time=(people.now - DAY / 2).isoformat())}
    assert [item.person for item in hear(anew, people.trust, rolled_back, people.now).statements] == ["ann", "bob"]


def test_a_rejection_taken_back_stays_taken_back(people):
    """Also where the approval that took it back is used up."""
    early = (people.now - 6 * DAY).isoformat()
    given = {"a": people.says("bob", REJECT, time=early), "b": people.says("bob")}
    heard = hear(given, people.trust, replace(people.question, left=people.now - DAY), people.now)
    assert heard.statements == ()


def test_it_does_not_depend_on_the_number_of_the_version(people):
    """A rebuilt database may number versions otherwise."""
    assert check(people.says("bob", version="1"), people.trust, people.question, people.now).version == "1"


def test_time_ends_it(people):
    said = people.says("bob")
    with pytest.raises(ArtifactError, match="it expired on 2026-07-21"):
        check(said, people.trust, people.question, people.now + 20 * DAY)
    with pytest.raises(ArtifactError, match=r"of the future .* or the clock was set back"):
        check(said, people.trust, people.question, people.now - 6 * DAY)


def test_a_revoked_key_takes_its_waiting_approvals_along(people):
    """Also those dated before: whoever stole a key can write any date."""
    said = people.says("bob")
    trust = keyring.revoke(people.trust, people.keys["bob"].key, people.now - DAY, "stolen")
    with pytest.raises(ArtifactError, match="of bob was revoked on 2026-06-30"):
        check(said, trust, people.question, people.now)


def test_a_rotated_key_does_not(people):
    trust = keyring.retire(people.trust, "bob", people.now - DAY)
    assert check(people.says("bob"), trust, people.question, people.now).person == "bob"
    with pytest.raises(ArtifactError, match="expired on 2026-06-30"):
        check(people.says("bob", time=people.now.isoformat()), trust, people.question, people.now)


def test_nobody_speaks_for_another(people):
    forged = people.statement("bob").signed(people.keys["eve"])
    with pytest.raises(ArtifactError, match="it says bob, but eve signed it"):
        check(forged, people.trust, people.question, people.now)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"kind": "bless"}, ArtifactError, "kind 'bless'; allowed: approve, reject, waive"),
        ({"reason": " "}, ConfigError, "needs a reason"),
        ({"kind": WAIVE, "gate": ""}, ArtifactError, "waive with gate ''"),
        ({"gate": "nll"}, ArtifactError, "approve with gate 'nll'"),
        ({"expires": "2026-01-01"}, ConfigError, "it would expire on 2026-01-01, before it is made"),
        ({"model": 1}, ArtifactError, "a statement of kind"),
    ],
)
def test_what_cannot_be_meant_is_refused(people, changes, error, message):
    with pytest.raises(error, match=message):
        people.statement("bob", **changes)


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"kind":"approve"}', b"\xff", b"1"])
def test_other_payloads_are_no_statements(payload):
    with pytest.raises(ArtifactError, match="holds no statement"):
        Statement.parse(payload)


def test_files_are_heard_with_what_is_wrong_with_some(people, tmp_path):
    said = people.statement("bob")
    file = keep(said, said.signed(people.keys["bob"]), tmp_path)
    assert file.parent.name == said.content_digest
    assert file.name == f"approve-bob-{said.nonce[:8]}.json"
    (file.parent / "copy.json").write_bytes(file.read_bytes())
    (file.parent / "torn.json").write_text(file.read_text()[:50])
    (file.parent / "list.json").write_text("[]")
    heard = hear(envelopes(said.content_digest, tmp_path), people.trust, people.question, people.now)
    assert [item.nonce for item in heard.statements] == [said.nonce]
    assert [fault.partition(":")[0] for fault in heard.faults] == ["copy.json", "list.json", "torn.json"]
    assert "it is a copy of another" in heard.faults[0]
    assert envelopes("e" * 64, tmp_path) == {}


def test_the_last_word_of_a_person_counts(people):
    later = (people.now - DAY).isoformat()
    first, last = people.says("bob"), people.says("bob", REJECT, time=later)
    waiver = people.says("bob", WAIVE)
    given = {"a": first, "b": last, "c": waiver}
    heard = hear(given, people.trust, people.question, people.now)
    assert sorted(item.kind for item in heard.statements) == [REJECT, WAIVE]
    back = hear(
        {"a": people.says("bob", time=people.now.isoformat()), "b": last}, people.trust, people.question, people.now
    )
    assert [item.kind for item in back.statements] == [APPROVE]


def test_names_of_files_stay_in_their_folder(people, tmp_path):
    people.enter("../x", "risk")
    said = people.statement("../x")
    file = keep(said, said.signed(people.keys["../x"]), tmp_path)
    assert file.resolve().parent == tmp_path / said.content_digest
    assert json.loads(file.read_text())["payloadType"].startswith("application/vnd.vaegis")
