import pytest

from vaegis.errors import ArtifactError
from vaegis.lineage import lineage_key, stage_dependencies

DVC = """
stages:
  train:
    cmd: x
    deps: [src/room, data.json]
  bare:
    cmd: x
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src/room").mkdir(parents=True)
    (tmp_path / "src/room/a.py").write_text("a = 1\n")
    (tmp_path / "data.json").write_text("{}")
    (tmp_path / "dvc.yaml").write_text(DVC)
    return tmp_path


def key():
    return lineage_key("train", {"train": {"beta": 1.0, "seed": 0}})


def test_key_is_the_same_for_the_same_and_whatever_the_order(project):
    assert key() == lineage_key("train", {"train": {"seed": 0, "beta": 1.0}})
    assert len(key()) == 64


def test_key_changes_with_parameter_data_and_code(project):
    keys = [key(), lineage_key("train", {"train": {"beta": 2.0, "seed": 0}})]
    (project / "data.json").write_text("{ }")
    keys.append(key())
    (project / "src/room/a.py").write_text("a = 2\n")
    keys.append(key())
    (project / "src/room/b.py").write_text("")
    keys.append(key())
    assert len(set(keys)) == 5


def test_compiled_files_do_not_count(project):
    before = key()
    (project / "src/room/__pycache__").mkdir()
    (project / "src/room/__pycache__/a.pyc").write_bytes(b"x")
    assert key() == before


def test_dependencies_are_those_of_the_stage(project):
    assert list(stage_dependencies("train")) == ["data.json", "src/room"]
    assert stage_dependencies("bare") == {}


def test_missing_dependency_is_named(project):
    (project / "data.json").unlink()
    with pytest.raises(ArtifactError, match=r"data\.json is missing; change: run `dvc repro`"):
        key()
