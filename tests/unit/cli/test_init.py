"""`vaegis init`: what is asked, what is said, what is refused."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vaegis.cli import init as command
from vaegis.cli.app import app
from vaegis.errors import ArtifactError, ConfigError, DataError
from vaegis.inference.inference import Doubt

_FILE = Path(__file__).parents[2] / "fixtures" / "own_table.py"
_SPEC = importlib.util.spec_from_file_location("own_table", _FILE)
own_table = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(own_table)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own_table.jobs(1_500).to_csv("jobs.csv", index=False)
    own_table.parts(300).to_csv("parts.csv", index=False)
    return tmp_path


def test_it_says_what_it_found_and_what_to_type_in_twelve_lines(folder, vaegis):
    lines = vaegis("init", "jobs.csv", "mine", "--yes", "--label", "scrapped").strip().splitlines()
    assert len(lines) <= 12
    assert lines[0].startswith("made      mine: jobs.csv, 1,500 rows")
    assert any(line.startswith("columns ") and "label scrapped" in line for line in lines)
    assert [line[10:] for line in lines[-2:]] == ["vaegis repro", "vaegis ui"]
    assert (folder / "mine/README.md").is_file()


def test_machines_get_json(folder, vaegis):
    told = vaegis("init", "jobs.csv", "mine", "--label", "scrapped", "--name", "Old Jobs", "--json")
    assert told["model"] == "old-jobs-vae"
    assert told["derived"] == [name for name in told["features"] if name.startswith(("hour_", "last_service_"))]
    assert {"refund_eur", "plant", "scrapped"} <= set(told["context"])
    assert told["roles"]["calibration"] > 0


def test_columns_can_be_named(folder, vaegis):
    told = vaegis("init", "jobs.csv", "mine", "--json", "--key", "machine", "--time", "started", "--label", "")
    assert (told["keys"], told["time"], told["label"]) == (["machine"], "started", "")


def test_a_table_without_time_needs_no_answer(folder, vaegis):
    told = vaegis("init", "parts.csv", "mine", "--json")
    assert (told["time"], told["keys"], told["split"]) == ("", ["row"], {"by": "entity"})


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        (["gone.csv", "mine"], ArtifactError, r"gone\.csv does not exist; allowed: a CSV or Parquet file"),
        (["jobs.csv", "full"], ConfigError, "full is not empty; allowed: a folder that is empty or not there yet"),
        (["jobs.csv", "mine", "--label", "nowhere"], DataError, "no column 'nowhere'; allowed: order_id, machine"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(folder, words, error, says):
    (folder / "full").mkdir()
    (folder / "full/file").write_text("mine")
    before = sorted(folder.rglob("*"))
    with pytest.raises(error, match=says) as told:
        CliRunner().invoke(app, ["init", *words], catch_exceptions=False)
    assert "\n" not in str(told.value)
    assert sorted(folder.rglob("*")) == before


def parts(rows=250):
    """Return the text of a sound file."""
    return own_table.parts(rows).to_csv(index=False)


def offsets(rows=250):
    return "".join(
        f"2024-0{3 + i % 2}-01T{i // 60 % 24:02d}:{i % 60:02d}+0{1 + i % 2}:00,{i / 7}\n" for i in range(rows)
    )


REFUSED = {
    "a word among numbers": (parts() + "wide,20,300,70,light\n", [], DataError, "row 251: 'wide' is no number"),
    "the wrong separator": (parts(), ["--separator", "|"], DataError, "one column, all of whose cells hold ','"),
    "thirty rows": (parts(30), [], DataError, "the table holds 30 rows; allowed: at least 200"),
    "no text": (bytes(range(256)) * 20, [], ArtifactError, "is no text"),
    "a workbook": (b"PK\x03\x04rest", [], ArtifactError, "is a zip archive or an Excel workbook"),
    "nothing": (b"", [], ArtifactError, "is empty"),
}


@pytest.mark.parametrize(("content", "words", "error", "says"), REFUSED.values(), ids=REFUSED)
def test_a_bad_file_is_one_line_and_makes_nothing(folder, content, words, error, says):
    (folder / "x.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(error, match=re.escape(says)) as told:
        CliRunner().invoke(app, ["init", "x.csv", "mine", *words], catch_exceptions=False)
    assert "\n" not in str(told.value)
    assert not (folder / "mine").exists()


HEAD = parts().splitlines()[0]
TOLD = {
    "no header": (parts().partition("\n")[2], [], "has no header", "column_1"),
    "a byte-order mark": ("\ufeff" + parts(), [], "", HEAD.split(",")[0]),
    "a name twice": (parts().replace("height_mm", "width_mm", 1), [], "'width_mm' is width_mm_2", "width_mm_2"),
    "one class only": (
        parts().replace("\n", ",no\n").replace(",no", ",bad", 1),
        ["--label", "bad"],
        "holds one value only",
        "",
    ),
    "zones mixed": ("at,x\n" + offsets(), [], "2 different offsets from UTC", "x"),
}


@pytest.mark.parametrize(("text", "words", "note", "feature"), TOLD.values(), ids=TOLD)
def test_what_is_odd_about_a_file_is_told(folder, vaegis, text, words, note, feature):
    (folder / "x.csv").write_text(text, encoding="utf-8")
    told = vaegis("init", "x.csv", "mine", "--json", *words)
    assert any(note in line for line in ["", *told["notes"]]), told["notes"]
    assert feature in ["", *told["features"]]
    assert (folder / "mine/dvc.yaml").is_file()


def test_nothing_is_asked_without_a_terminal(folder, monkeypatch):
    monkeypatch.setattr(command, "ask", lambda doubts: pytest.fail("asked"))
    assert CliRunner().invoke(app, ["init", "jobs.csv", "mine"], catch_exceptions=False).exit_code == 0


DOUBTS = (
    Doubt(subject="time", text="When?", options=("started", "last_service", "")),
    Doubt(subject="keys", text="Which?", options=("a", "b,c", "")),
    Doubt(subject="label", text="What?", options=("x", "")),
    Doubt(subject="fourth", text="And?", options=("y",)),
)


def test_at_most_three_questions_and_enter_takes_the_best(monkeypatch):
    given = iter([1, 2, 9])
    asked = []
    monkeypatch.setattr(command.typer, "prompt", lambda *_words, **_more: next(given))
    monkeypatch.setattr(command.typer, "echo", asked.append)
    assert command.ask(DOUBTS) == {"time": "started", "keys": ["b", "c"], "label": ""}
    assert "  3  none" in asked
    assert "And?" not in asked


def test_activation_is_told_only_where_the_tools_are_not_on_the_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert command.next_commands(Path("mine")) == ["cd mine", "vaegis repro", "vaegis ui"]
    monkeypatch.setenv("PATH", "")
    assert command.next_commands(Path("mine"))[0] == f"source {sys.prefix}/bin/activate"
