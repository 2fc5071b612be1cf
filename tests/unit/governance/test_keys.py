import stat

import pytest

from vaegis.errors import ArtifactError, ConfigError, ServiceError
from vaegis.governance.keys import PrivateKey, key_folder, key_id, open_key


def test_a_key_is_written_for_its_owner_only(people):
    file = people.keys["bob"].save()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.parent == key_folder()
    opened = open_key(people.trust, people.now)
    assert (opened.person, opened.key) == ("bob", people.keys["bob"].key)
    assert people.trust.verify(opened.key, b"m", opened.sign(b"m"), people.now) == "bob"
    assert "PRIVATE" not in repr(opened)


def test_a_key_is_never_written_over(people):
    people.keys["bob"].save()
    with pytest.raises(ServiceError, match="cannot be written"):
        people.keys["bob"].save()


def test_a_passphrase_is_asked_for(people, monkeypatch):
    file = people.keys["bob"].save("open sesame")
    assert b"ENCRYPTED" in file.read_bytes()
    with pytest.raises(ConfigError, match="needs a passphrase; change: the environment: VAEGIS_KEY_PASSPHRASE"):
        open_key(people.trust, people.now)
    monkeypatch.setenv("VAEGIS_KEY_PASSPHRASE", "wrong")
    with pytest.raises(ConfigError, match="wrong passphrase"):
        open_key(people.trust, people.now)
    monkeypatch.setenv("VAEGIS_KEY_PASSPHRASE", "open sesame")
    assert open_key(people.trust, people.now).person == "bob"


def test_a_passphrase_that_is_not_needed_does_no_harm(people, monkeypatch):
    people.keys["bob"].save()
    monkeypatch.setenv("VAEGIS_KEY_PASSPHRASE", "x")
    assert open_key(people.trust, people.now).person == "bob"


def test_a_key_that_others_can_read_is_refused(people):
    file = people.keys["bob"].save()
    file.chmod(0o640)
    with pytest.raises(ArtifactError, match=r"others can read the private key .* \(mode 0640\); allowed: 0600"):
        open_key(people.trust, people.now)


def test_the_right_key_is_chosen(people, monkeypatch):
    with pytest.raises(ConfigError, match="no private key of the trust list lies in"):
        open_key(people.trust, people.now)
    for name in ("ann", "bob"):
        people.keys[name].save()
    with pytest.raises(ConfigError, match=r"keys of several people lie in .*; allowed: ann, bob"):
        open_key(people.trust, people.now)
    assert open_key(people.trust, people.now, "ann").person == "ann"
    monkeypatch.setenv("VAEGIS_KEY", people.keys["bob"].key)
    assert open_key(people.trust, people.now).person == "bob"
    with pytest.raises(ConfigError, match="no private key of 'eve'"):
        open_key(people.trust, people.now, "eve")


def test_a_key_that_does_not_count_says_why(people):
    from vaegis.governance import keyring

    people.keys["bob"].save()
    trust = keyring.revoke(people.trust, people.keys["bob"].key, people.now, "lost")
    with pytest.raises(ConfigError, match=r"of bob was revoked on 2026-07-01 \(lost\)"):
        open_key(trust, people.now)


def test_a_stranger_among_the_keys_is_not_used(people):
    PrivateKey.generate("mallory").save()
    with pytest.raises(ConfigError, match="no private key of the trust list"):
        open_key(people.trust, people.now)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n", b"x" * 50])
def test_a_truncated_file_is_said(people, content):
    file = people.keys["bob"].save()
    file.write_bytes(content)
    with pytest.raises(ConfigError, match="cannot be opened"):
        open_key(people.trust, people.now)


def test_another_key_under_the_name_of_one_is_refused(people):
    file = people.keys["bob"].save()
    other = people.keys["eve"].save()
    file.write_bytes(other.read_bytes())
    with pytest.raises(ArtifactError, match="holds another key"):
        open_key(people.trust, people.now, "bob")


def test_the_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.delenv("VAEGIS_KEYS", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert key_folder() == tmp_path / "vaegis/keys"
    assert key_id(b"\0" * 32) == "66687aadf862bd77"
