import json
import stat

import pytest
from typer.testing import CliRunner

from vaegis.cli.app import app
from vaegis.errors import ArtifactError, ConfigError
from vaegis.governance.trust import load_trust


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VAEGIS_KEYS", str(tmp_path / "private"))
    return tmp_path


def run(*words, **given):
    result = CliRunner().invoke(app, ["keys", *words], catch_exceptions=False, **given)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout) if "--json" in words else result.stdout


def test_a_key_is_made_and_listed(folder):
    made = run("new", "ann", "--role", "risk", "--role", "owner", "--email", "ann@example.org", "--json")
    assert stat.S_IMODE((folder / f"private/{made['key']}.pem").stat().st_mode) == 0o600
    person = load_trust().person("ann")
    assert (person.roles, person.emails, person.keys[0].id) == (("risk", "owner"), ("ann@example.org",), made["key"])
    assert run("list", "--json")["people"][0]["counts"] == "yes"
    assert "ann" in run("list")


def test_a_key_is_rotated_and_revoked():
    old = run("new", "ann", "--role", "risk", "--json")["key"]
    new = run("rotate", "ann", "--json")["key"]
    assert old != new
    told = run("revoke", new, "--reason", "laptop stolen", "--since", "2020-01-01")
    assert "is revoked; commit trust.yaml" in told
    assert "was revoked on 2020-01-01 (laptop stolen)" in run("list", "--json")["people"][1]["counts"]


def test_a_passphrase_is_asked_twice(folder):
    made = run("new", "ann", "--role", "risk", "--passphrase", input="s3cret\ns3cret\n")
    assert "s3cret" not in made
    (file,) = (folder / "private").iterdir()
    assert b"ENCRYPTED" in file.read_bytes()


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (["new", "ann"], ConfigError, "'ann' is new and has no role"),
        (["new", "ann", "--role", "risk", "--days", "0"], ConfigError, "days is 0"),
        (["rotate", "ann"], ConfigError, "trust.yaml does not exist"),
        (["list"], ConfigError, "trust.yaml does not exist"),
    ],
)
def test_mistakes_leave_nothing(folder, words, error, message):
    with pytest.raises(error, match=message):
        run(*words)
    assert list(folder.iterdir()) == []


def test_an_unknown_key_or_day_is_said():
    run("new", "ann", "--role", "risk")
    with pytest.raises(ArtifactError, match="key 'x' is not on the trust list"):
        run("revoke", "x", "--reason", "lost")
    with pytest.raises(ConfigError, match="since is 'soon'"):
        run("revoke", "x", "--reason", "lost", "--since", "soon")
    with pytest.raises(ArtifactError, match="'bob' is not on the trust list"):
        run("rotate", "bob")
