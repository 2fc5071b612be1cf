"""What the documents tell people to type exists; what takes minutes is run by .ci/run and tests/e2e."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from vaegis.cli.app import app
from vaegis.cli.config import SECTIONS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(?:bash|console|sh|shell)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
APP = get_command(app)
# Tools a reader has or installs; their commands are theirs to keep.
OTHERS = {
    *("git", "cd", "curl", "kill", "open", "source", "export", "rm"),
    *("python", "python3", "pip", "dvc", "feast", "mlflow", "pytest"),
}


def commands(path):
    for block in BLOCK.findall(path.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            while words and re.match(r"^[A-Z_]+=", words[0]):
                words = words[1:]
            if words:
                yield words


CASES = [pytest.param(words, id=f"{path.name}: {' '.join(words)}") for path in DOCUMENTS for words in commands(path)]


@pytest.mark.parametrize("words", CASES)
def test_command_exists(words):
    tool = Path(words[0]).name
    if tool == "make":
        assert {word for word in words[1:] if "=" not in word} <= TARGETS
    elif tool == "vaegis":
        check_options(words[1:])
    else:
        assert tool in OTHERS


def check_options(words):
    command, words = find_command(words)
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known


def find_command(words):
    """Follow the words into groups of commands."""
    command = APP
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    assert command is not APP or words == ["--help"]
    return command, words


def test_the_first_screen_says_what_matters():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    first = lines[: next(number for number, line in enumerate(lines) if line.startswith("## "))]
    assert len(first) <= 40
    text = "\n".join(first)
    for part in (
        r"^!\[.+\]\((docs/images/\w+\.png)\)$",
        r"^make repro\b",
        r"\d minutes",
        r"\d GB",
        r"^\*\*When not to use",
    ):
        assert re.search(part, text, re.MULTILINE), part
    assert (ROOT / re.search(r"\((docs/images/\w+\.png)\)", text).group(1)).stat().st_size > 10_000


def test_ci_runs_what_the_readme_promises():
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert re.findall(r"^step make (.*)$", script, re.MULTILINE) == ["lint", "repro", "test"]
    assert "step .venv/bin/vaegis show --alias champion\n" in script  # what `make repro` makes by default has earned it


def test_makefile_explains_every_target():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE).group(1).split())
    assert phony == TARGETS >= {"help", "repro", "test", "check", "ui", "demo-refusal", "clean"}


def test_a_table_by_hand_keeps_every_section():
    text = (ROOT / "docs/own-feature-store.md").read_text(encoding="utf-8")
    shown = [
        block for block in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL) if "ingest:" in block
    ]
    assert [set(yaml.safe_load(block)) for block in shown] == [set(SECTIONS)]
