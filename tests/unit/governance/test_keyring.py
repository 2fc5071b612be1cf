from datetime import timedelta

import pytest

from vaegis.errors import ArtifactError, ConfigError
from vaegis.governance import keyring
from vaegis.governance.keys import PrivateKey, open_key
from vaegis.governance.trust import Trust


def test_a_list_begins_empty_and_survives_its_file(people, tmp_path):
    path = tmp_path / "trust.yaml"
    assert keyring.read_or_begin(path).people == ()
    keyring.save(people.trust, path)
    assert keyring.read_or_begin(path).people == people.trust.people
    assert path.read_text().startswith("# Whose signature counts")
    assert "PRIVATE" not in path.read_text()


def test_somebody_new_needs_a_role(people):
    key = PrivateKey.generate("dan")
    with pytest.raises(ConfigError, match="'dan' is new and has no role"):
        keyring.add(people.trust, key, people.now)
    trust = keyring.add(people.trust, key, people.now, roles=["risk"], until=people.now + timedelta(days=9))
    assert trust.person("dan").keys[0].until == people.now + timedelta(days=9)


def test_rotation_keeps_what_was_signed(people):
    old, now = people.keys["bob"], people.now
    before = old.sign(b"m")
    trust = keyring.retire(people.trust, "bob", now)
    new = PrivateKey.generate("bob")
    trust = keyring.add(trust, new, now)
    assert [key.id for key in trust.person("bob").keys] == [old.key, new.key]
    assert trust.verify(old.key, b"m", before, now - timedelta(days=1)) == "bob"
    with pytest.raises(ArtifactError, match="expired on 2026-07-01"):
        trust.verify(old.key, b"m", before, now)
    old.save()
    new.save()
    assert open_key(trust, now).key == new.key
    assert trust.person("bob").roles == ("risk",)


def test_a_key_made_this_second_can_be_rotated(people):
    people.enter("dan", "risk", since=people.now)
    assert keyring.retire(people.trust, "dan", people.now).person("dan").keys[0].until > people.now


def test_nothing_to_rotate_is_said(people):
    trust = keyring.revoke(people.trust, people.keys["bob"].key, people.now, "lost")
    with pytest.raises(ConfigError, match="bob has no key that counts"):
        keyring.retire(trust, "bob", people.now)


def test_a_key_is_revoked_once_or_from_an_earlier_day(people):
    key, now = people.keys["bob"].key, people.now
    trust = keyring.revoke(people.trust, key, now, "lost")
    with pytest.raises(ConfigError, match="was revoked on 2026-07-01 already"):
        keyring.revoke(trust, key, now, "again")
    earlier = keyring.revoke(trust, key, now - timedelta(days=3), "stolen then")
    assert earlier.person("bob").keys[0].reason == "stolen then"
    with pytest.raises(ArtifactError, match="is not on the trust list"):
        keyring.revoke(Trust(version=1), key, now, "x")
