import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vaegis.cli import app as module
from vaegis.cli.app import app, exit_codes, main
from vaegis.errors import ServiceError, VaegisError
from vaegis.monitoring.status import EXIT_CODES

COMMANDS = ("repro", "show", "score", "serve", "publish", "sample", "config", "doctor")


def test_readme_lists_every_exit_code():
    text = (Path(__file__).resolve().parents[3] / "README.md").read_text(encoding="utf-8")
    assert [int(code) for code in re.findall(r"^\| (\d+) \| ", text, re.MULTILINE)] == list(exit_codes())


def test_exit_codes_are_those_of_the_error_family():
    codes = exit_codes()
    assert {kind.exit_code for kind in VaegisError.__subclasses__()} | {0, 1} | set(EXIT_CODES.values()) == set(codes)
    assert codes[5] == "A store, tracking server or disk does not answer or is full."


@pytest.mark.parametrize("command", [[], *[[name] for name in COMMANDS]])
def test_help_documents_every_exit_code(command):
    text = " ".join(CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "200"}).stdout.split())
    for code, meaning in exit_codes().items():
        assert f"{code} {meaning}" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_speaks_json(command):
    assert "--json" in CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).stdout


def test_mistake_is_one_line_and_its_code(monkeypatch, capsys):
    def fail():
        raise ServiceError("MLflow does not answer", where="start it")

    monkeypatch.setattr(module, "app", fail)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == ServiceError.exit_code
    assert capsys.readouterr().err == "vaegis: error: MLflow does not answer; change: start it\n"


def test_command_line_from_outside(tmp_path):
    words = [sys.executable, "-c", "from vaegis.cli import main; main()", "score", "absent.parquet"]
    ended = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 4
    allowed = "a Parquet file, or a folder of them"
    assert ended.stderr == f"vaegis: error: absent.parquet does not exist; allowed: {allowed}; change: INPUT\n"
    assert ended.stdout == ""
