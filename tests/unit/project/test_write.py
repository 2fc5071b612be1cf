"""A project is written whole or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from vaegis.errors import ConfigError
from vaegis.project.write import check_target, project_files, write_project

FILES = {
    "README.md",
    "dvc.yaml",
    "params.yaml",
    "policy.yaml",
    "pipelines/__init__.py",
    "pipelines/dvc.yaml",
    "pipelines/train.py",
    "feature_repo/derive.py",
    "feature_repo/expectations.json",
    "feature_repo/feature_store.yaml",
    "feature_repo/features.py",
    "feature_repo/references.json",
    "feature_repo/source.json",
}
KILLED = """
import sys
from pathlib import Path
from vaegis.project import write
write.make_repository = lambda folder: (print("half", flush=True), sys.stdin.read())
write.write_project(Path(sys.argv[1]), {"a/b.txt": "b"})
"""


@pytest.mark.parametrize("name", ["jobs", "parts"])
def test_everything_a_project_needs_is_there(request, name):
    files = project_files(request.getfixturevalue(name))
    assert set(files) >= FILES
    assert next(iter(yaml.safe_load(files["dvc.yaml"])["stages"])) == "code"


def test_the_same_source_gives_the_same_bytes(jobs):
    assert project_files(jobs) == project_files(jobs)


def test_a_project_gets_a_git_repository_unless_it_stands_in_one(tmp_path):
    assert "first commit" in write_project(tmp_path / "a", {"x.txt": "x"})
    assert (tmp_path / "a/.git").is_dir()
    assert "around it" in write_project(tmp_path / "a/b", {"x.txt": "x"})
    assert not (tmp_path / "a/b/.git").exists()


def test_a_machine_without_git_gets_one_that_needs_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert write_project(tmp_path / "a", {}) == "without git"
    assert "no_scm = true" in (tmp_path / "a/.dvc/config").read_text()


def test_a_folder_that_is_not_empty_is_refused(tmp_path, monkeypatch):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").write_text("mine")
    with pytest.raises(ConfigError, match="full is not empty; allowed: a folder that is empty or not there yet"):
        check_target(tmp_path / "full")
    with pytest.raises(ConfigError, match="file is a file"):
        check_target(tmp_path / "full/file")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(ConfigError, match=r"\. is the folder you stand in; allowed: .*\.\./mine"):
        check_target(Path())


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "empty").mkdir()
    write_project(check_target(tmp_path / "empty"), {"x.txt": "x"})
    assert (tmp_path / "empty/x.txt").read_text() == "x"


def test_a_kill_leaves_no_project_and_the_next_try_clears_up(tmp_path):
    target = tmp_path / "mine"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "half\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not target.exists()
    write_project(check_target(target), {"x.txt": "x"})
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert not (target / "a").exists()
