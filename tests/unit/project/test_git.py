"""The git repository of a new project."""

import subprocess

import pytest

from vaegis.project import git


def told(folder, *words):
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    made = tmp_path / "project"
    made.mkdir()
    (made / "a.txt").write_text("a")
    (made / ".gitignore").write_text("/data/\n")
    (made / "data").mkdir()
    (made / "data/b.txt").write_text("b")
    return made


def test_a_first_commit_holds_what_is_not_ignored(folder):
    git.make_repository(folder)
    assert told(folder, "ls-files").split() == [".gitignore", "a.txt"]
    assert told(folder, "status", "--porcelain") == ""
    assert told(folder, "log", "-1", "--format=%s") == "A project made by vaegis init"


def test_nobody_known_to_git_is_no_obstacle(folder):
    git.make_repository(folder)
    assert told(folder, "log", "-1", "--format=%ae") == "init@vaegis.invalid"


def test_a_name_that_git_knows_is_used(folder, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.gitconfig").write_text("[user]\n  name = Ann\n  email = ann@example.org\n")
    git.make_repository(folder)
    assert told(folder, "log", "-1", "--format=%ae") == "ann@example.org"


def test_a_repository_around_it_is_seen(folder):
    assert not git.encloses(folder / "not/there")
    git.make_repository(folder)
    assert git.encloses(folder / "not/there")


def test_another_repository_of_the_environment_is_not_touched(folder, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    git.make_repository(folder)
    assert (folder / ".git").is_dir()
    assert not (other / ".git").exists()


def test_whether_there_is_a_git(monkeypatch):
    assert git.can_make()
    monkeypatch.setenv("PATH", "")
    assert not git.can_make()
