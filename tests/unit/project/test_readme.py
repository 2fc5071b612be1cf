"""The README of a project says what was guessed, and only what is so."""

import re
import shlex

from typer.main import get_command

from vaegis.cli.app import app
from vaegis.project.readme import code, readme_md


def test_every_guess_stands_in_it_with_its_reason(jobs):
    text = readme_md(jobs)
    for guess in jobs.inference.guesses:
        row = next(line for line in text.splitlines() if line.startswith(f"| `{guess.column.name}` |"))
        assert guess.reason.replace("|", "\\|") in row
        assert f"{guess.confidence:.0%}" in row
    assert "| `refund_eur` | numeric | context |" in text
    assert "where it is `yes`" in text


def test_units_nobody_said_are_to_be_confirmed(parts):
    line = next(line for line in readme_md(parts).splitlines() if line.startswith("Units to confirm"))
    assert "`hardness`" in line
    assert "`width_mm`" not in line


def test_a_table_without_time_is_said_to_have_none(parts):
    text = readme_md(parts)
    assert "the table has no time" in text
    assert "- Split by entity: train " in text
    assert "- Label: none." in text


def test_its_commands_exist(jobs):
    known = get_command(app).commands
    blocks = re.findall(r"^```bash\n(.*?)^```", readme_md(jobs), re.MULTILINE | re.DOTALL)
    words = [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]
    assert words
    assert {command[1] for command in words} <= set(known)


def test_names_are_listed_as_code():
    assert code(["a", "b"]) == "`a`, `b`"
