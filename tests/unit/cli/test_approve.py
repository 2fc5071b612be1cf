"""The commands of a reviewer, from looking to the promoted version's life."""

import importlib.util
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vaegis.cli.app import app
from vaegis.errors import RefusedError

_SPEC = importlib.util.spec_from_file_location("team", Path(__file__).parents[2] / "fixtures/team.py")
_TEAM = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_TEAM)
team = _TEAM.team


def run(*words):
    result = CliRunner().invoke(app, list(words), catch_exceptions=False, env={"COLUMNS": "220"})
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout) if "--json" in words else result.stdout


@pytest.mark.slow
def test_look_approve_promote_and_tell(team):
    team.run()
    shown = run("review", "machines/1")
    assert "every file verified" in shown
    assert "awaiting approval: nothing else refuses it; approved by 1 of risk: nobody approved" in shown
    assert "made by    max, max@example.org" in shown
    assert "no champion to compare with" in shown

    with pytest.raises(RefusedError, match="max is owner"):
        run("approve", "machines/1", "--reason", "mine", "--key", "max")
    said = run("approve", "machines/1", "--reason", "looked at it", "--key", "bob", "--json")
    assert Path(said["file"]).is_file()
    assert "approve by bob until" in run("review", "machines/1")
    assert run("review", "machines/1", "--json")["verdict"]["decision"] == "promoted"
    assert team.run().aliases["champion"] == "1"

    told = run("audit", "show", "machines/1")
    assert "bob approved machines version 1" in told
    assert "ops promoted machines version 1" in told
    assert run("audit", "verify", "--json")["signed"] == run("audit", "verify", "--json")["entries"] == 4

    assert "reject machines version 1" in run("reject", "machines/1", "--reason", "no", "--key", "ann")
    with pytest.raises(RefusedError, match="never waived"):
        run("waive", "machines/1", "nll", "--reason", "no", "--key", "ann")
