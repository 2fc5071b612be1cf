import json
import math
import signal
import subprocess
import sys

import pytest

from vaegis.durable import canonical_json, finite, read_json, replacing, require_place, write_bytes, write_json
from vaegis.errors import ArtifactError, ConfigError

KILLED = """
import os, signal, sys
from pathlib import Path
from vaegis.durable import replacing
with replacing(Path(sys.argv[1])) as temporary:
    if sys.argv[2] == "folder":
        temporary.mkdir()
        (temporary / "part").write_text("half")
    else:
        temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def kill_while_writing(path, kind):
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path), kind], check=False)
    assert ended.returncode == -signal.SIGKILL


def names(folder):
    return sorted(item.name for item in folder.iterdir())


def test_file_is_replaced_whole(tmp_path):
    path = tmp_path / "new" / "file"
    write_bytes(path, b"one")
    write_bytes(path, b"two")
    assert path.read_bytes() == b"two"
    assert names(path.parent) == ["file"]


def test_folder_is_replaced_whole_and_loses_what_the_new_one_lacks(tmp_path):
    for text in ("old", "new"):
        with replacing(tmp_path / "folder") as temporary:
            temporary.mkdir()
            (temporary / text).write_text(text)
    assert names(tmp_path / "folder") == ["new"]
    assert names(tmp_path) == ["folder"]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_kill_amid_writing_leaves_the_old_and_the_next_run_clears_up(tmp_path, kind):
    path = tmp_path / "target"
    path.mkdir() if kind == "folder" else path.write_text("old")
    before = names(path) if kind == "folder" else path.read_text()
    kill_while_writing(path, kind)
    assert (names(path) if kind == "folder" else path.read_text()) == before
    assert ".target.partial" in names(tmp_path)
    with replacing(path) as temporary:
        temporary.write_text("new") if kind == "file" else temporary.mkdir()
    assert names(tmp_path) == ["target"]


def test_failure_leaves_the_old_and_no_rest(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")

    def fail():
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


def test_link_to_a_folder_is_a_leftover_like_any_other(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").write_text("")
    (tmp_path / ".file.partial").symlink_to(tmp_path / "elsewhere")
    write_bytes(tmp_path / "file", b"x")
    assert (tmp_path / "elsewhere" / "kept").is_file()


def test_json_is_sorted_and_has_no_numbers_that_json_lacks(tmp_path):
    write_json(tmp_path / "a.json", {"b": math.nan, "a": [math.inf, -math.inf, 1.5], "c": (1, None)})
    text = (tmp_path / "a.json").read_text()
    assert list(json.loads(text)) == ["a", "b", "c"]
    assert json.loads(text) == {"a": [None, None, 1.5], "b": None, "c": [1, None]}
    assert read_json(tmp_path / "a.json")["a"][2] == 1.5


def test_finite_keeps_the_rest():
    assert finite({"x": [True, "nan", 0, 0.0]}) == {"x": [True, "nan", 0, 0.0]}


@pytest.mark.parametrize(
    ("content", "message"), [(None, "does not exist; change: run `dvc repro`"), ("{", "is not JSON")]
)
def test_unreadable_json_names_the_file(tmp_path, content, message):
    path = tmp_path / "report.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ArtifactError, match=f"report.json {message}"):
        read_json(path)


def test_canonical_json_is_blind_to_order_and_refuses_nan():
    assert canonical_json({"b": 1, "a": [1, 2]}) == canonical_json({"a": [1, 2], "b": 1}) == b'{"a":[1,2],"b":1}'
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json({"a": math.nan})


@pytest.mark.parametrize(
    ("output", "says"), [("in", "is"), ("in/deep/er", "lies in"), (".", "holds"), ("link/x", "lies in"), ("old", "")]
)
def test_an_output_takes_nobodys_place(tmp_path, output, says):
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to("in")
    (tmp_path / "old").touch()
    says = (
        f"{says} .*in, which is read; allowed: a place" if says else "is there already; allowed: a new place, or ours"
    )
    with pytest.raises(ConfigError, match=f"{says}.*change: --output"):
        require_place(tmp_path / output, [tmp_path / "in"], lambda path: False, allowed="ours")


def test_an_output_takes_its_own_place(tmp_path):
    (tmp_path / "old").touch()
    require_place(tmp_path / "old", [tmp_path / "in"], lambda path: path.name == "old", allowed="ours")
    require_place(tmp_path / "input", [tmp_path / "in"], lambda path: False, allowed="ours")
    assert names(tmp_path) == ["old"]
