from dataclasses import replace
from datetime import timedelta

import pytest
import yaml

from vaegis.errors import ArtifactError, ConfigError
from vaegis.governance.trust import LogVerifier, Trust, as_yaml, load_trust

DAY = timedelta(days=1)


def signed(people, name="bob", message=b"m"):
    key = people.keys[name]
    return key.key, message, key.sign(message)


def changed(people, name="bob", **changes):
    """Return the trust list with somebody's key changed."""
    some = [
        replace(person, keys=tuple(replace(key, **changes) for key in person.keys)) if person.name == name else person
        for person in people.trust.people
    ]
    return replace(people.trust, people=tuple(some))


def test_a_good_signature_names_its_person(people):
    assert people.trust.verify(*signed(people), people.now) == "bob"


def test_a_forged_or_altered_one_does_not(people):
    key, message, signature = signed(people)
    for bad in (
        (key, b"other", signature),
        (key, message, signature[:-1]),
        (key, message, b""),
        (people.keys["ann"].key, message, signature),
    ):
        with pytest.raises(ArtifactError, match="forged or altered"):
            people.trust.verify(*bad, people.now)
    with pytest.raises(ArtifactError, match="key 'ffff' is not on the trust list"):
        people.trust.verify("ffff", message, signature, people.now)


def test_a_key_counts_from_when_to_when_it_says(people):
    with pytest.raises(ArtifactError, match="of bob counts only since 2026-03-23"):
        people.trust.verify(*signed(people), people.now - 101 * DAY)
    trust = changed(people, until=people.now)
    assert trust.verify(*signed(people), people.now - DAY) == "bob"
    with pytest.raises(ArtifactError, match="of bob expired on 2026-07-01"):
        trust.verify(*signed(people), people.now)


def test_a_revoked_key_does_not_count_from_then_on(people):
    trust = changed(people, revoked=people.now - DAY, reason="laptop stolen")
    assert trust.verify(*signed(people), people.now - 2 * DAY) == "bob"
    with pytest.raises(ArtifactError, match=r"of bob was revoked on 2026-06-30 \(laptop stolen\)"):
        trust.verify(*signed(people), people.now)
    assert trust.roles["risk"] == ("cid",)


def test_what_the_log_took_before_a_revocation_was_known_stays_in_it(people):
    """A key found stolen a week ago must not make a week of the log unreadable."""
    trust = changed(people, revoked=people.now - 7 * DAY, noted=people.now)
    with pytest.raises(ArtifactError, match="was revoked on 2026-06-24"):
        trust.verify(*signed(people), people.now - DAY)
    assert LogVerifier(trust).verify(*signed(people), people.now - DAY) == "bob"
    with pytest.raises(ArtifactError, match="was revoked on 2026-06-24"):
        LogVerifier(trust).verify(*signed(people), people.now)
    bare = changed(people, revoked=people.now - 7 * DAY)
    with pytest.raises(ArtifactError, match="was revoked"):
        LogVerifier(bare).verify(*signed(people), people.now - DAY)


def test_roles_list_who_has_them(people):
    assert people.trust.roles == {"intern": ("eve",), "owner": ("ann", "cid"), "risk": ("bob", "cid")}
    with pytest.raises(ArtifactError, match="'dan' is not on the trust list; allowed: ann, bob, cid, eve"):
        people.trust.person("dan")


def test_the_list_survives_its_file(people, tmp_path):
    path = tmp_path / "trust.yaml"
    path.write_text(yaml.safe_dump(as_yaml(changed(people, until=people.now + DAY, reason="x"))))
    read = load_trust(path)
    assert read.people == changed(people, until=people.now + DAY, reason="x").people
    assert len(read.digest) == 64


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda tree: tree.update(version=2), "trust version is 2"),
        (lambda tree: tree["people"].append(tree["people"][0]), "person 'ann' appears twice"),
        (lambda tree: tree["people"][1].update(keys=tree["people"][0]["keys"]), "key '.*' appears twice"),
        (lambda tree: tree["people"][0].update(role="x"), "people 1: unknown key 'role'"),
        (lambda tree: tree["people"][0]["keys"][0].update(public="AAAA"), "public is 'AAAA'; allowed: 32 bytes"),
        (lambda tree: tree["people"][0]["keys"][0].update(public="%"), "allowed: 32 bytes"),
        (lambda tree: tree["people"][0]["keys"][0].update(until="2020-01-01"), "until is before since"),
        (lambda tree: tree.update(people="ann"), "`people` is 'ann'"),
    ],
)
def test_a_bad_list_is_refused(people, tmp_path, spoil, message):
    tree = as_yaml(people.trust)
    spoil(tree)
    path = tmp_path / "trust.yaml"
    path.write_text(yaml.safe_dump(tree))
    with pytest.raises(ConfigError, match=message):
        load_trust(path)


def test_two_keys_of_the_same_bytes_would_be_two_people(people):
    first, second = people.trust.people[:2]
    twin = replace(second, keys=(replace(first.keys[0], id="f" * 16),))
    with pytest.raises(ConfigError, match=r"public key '.*' appears twice"):
        Trust(version=1, people=(first, twin))


def test_a_missing_list_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match="vaegis keys new"):
        load_trust(tmp_path / "trust.yaml")
