"""The git repository that a new project stands in, or gets; DVC works without one too."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

_NOBODY: Final = ("-c", "user.name=vaegis init", "-c", "user.email=init@vaegis.invalid")


def encloses(folder: Path) -> bool:
    """Whether `folder`, or the nearest folder above it that exists, lies in a git repository."""
    return any((parent / ".git").exists() for parent in (folder, *folder.parents))


def can_make() -> bool:
    """Whether git is installed."""
    return shutil.which("git") is not None


def make_repository(folder: Path) -> None:
    """Make a repository of `folder` and commit what it holds, under a name of our own where git knows none."""
    known = _git(folder, "config", "user.email").returncode == 0
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    commit = ("commit", "--quiet", "--no-verify", "--message", "A project made by vaegis init")
    _git(folder, *(() if known else _NOBODY), "-c", "commit.gpgsign=false", *commit)


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run git on `folder` alone, whatever repository the caller's environment points at."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return subprocess.run(
        ["git", *words], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
