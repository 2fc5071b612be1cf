"""The small files around a project."""

import subprocess

import pytest

from vaegis import paths
from vaegis.project.surroundings import IGNORED, MAKEFILE, surroundings


@pytest.mark.parametrize(("with_git", "expected"), [(True, False), (False, True)])
def test_dvc_is_told_when_there_is_no_git(with_git, expected):
    assert ("no_scm = true" in surroundings(with_git=with_git)[".dvc/config"]) is expected


def test_what_stages_and_commands_write_is_ignored():
    stages = (paths.CODE, paths.CANDIDATE, paths.METRICS, paths.MLRUNS, paths.SCRATCH)
    written = {path.parts[0] for path in (*stages, paths.MONITORING, paths.INCIDENTS, paths.WORKSPACES)}
    assert written <= {line.strip("/") for line in IGNORED.splitlines()}
    assert "dvc.lock" not in IGNORED


@pytest.mark.parametrize(("words", "expected"), [(["ui"], "vaegis ui "), (["ui", "PORT=7"], "vaegis ui --port 7")])
def test_make_calls_vaegis(tmp_path, words, expected):
    (tmp_path / "Makefile").write_text(MAKEFILE)
    done = subprocess.run(["make", "-n", *words], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected.strip()
