import pytest
from typer.testing import CliRunner

from vaegis.cli.app import app
from vaegis.cli.review import _number, _short
from vaegis.errors import ConfigError


def test_a_review_outside_a_project_is_one_line(tmp_path, monkeypatch):
    """What it shows of a version: test_approve.py."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"params.yaml does not exist; change: run in the project's root folder"):
        CliRunner().invoke(app, ["review", "machines/1"], catch_exceptions=False)


def test_digests_are_shortened_and_gaps_are_dashes():
    assert (_short("a" * 64), _short(None), _short(0.5)) == ("a" * 12, "nothing", "0.5")
    assert (_number(None), _number(0.123456)) == ("-", "0.1235")
