"""What ships with the package is what the repository runs."""

import tomllib
from pathlib import Path

import pytest

from vaegis.errors import ArtifactError
from vaegis.project.shipped import SHIPPED, shipped, stage_files

ROOT = Path(__file__).parents[3]


def test_a_checkout_serves_its_own_files():
    assert [shipped(name) for name in SHIPPED] == [ROOT / name for name in SHIPPED]


def test_the_wheel_gets_the_same_files_where_they_are_looked_for():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert build["force-include"] == {name: f"vaegis/project/shipped/{name}" for name in SHIPPED}


def test_every_stage_has_its_file():
    assert set(stage_files()) == {f"pipelines/{path.name}" for path in (ROOT / "pipelines").glob("*.py")}


def test_a_file_that_did_not_come_along_is_named():
    with pytest.raises(ArtifactError, match="Dockerfile did not come with this vaegis; change: install vaegis again"):
        shipped("Dockerfile")
