"""The cheap question: asked of a database by SQL and of files by their length, it is never wrong about what stands."""

import json
from pathlib import Path

import pytest

from vaegis import paths
from vaegis.registry.names import CHAMPION
from vaegis.registry.published import champion_of, kept_back, publication_key, reason_against, save, standing

CHAMPIONS = ("1", "d" * 64)
REPORT = {"published": True, "reason": "", "rows": 200}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Stand in a project that has published."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    for name, text in {
        "params.yaml": "register: {model: machines}\n",
        "dvc.yaml": "stages: {publish: {deps: [rows]}}\n",
        "rows": "rows",
        "feature_repo/feature_store.yaml": "project: machines\n",
        "data/published/latents/machines-1.parquet": "rows",
    }.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    save(REPORT, publication_key("machines", CHAMPIONS))
    return tmp_path


def test_what_was_saved_stands(here):
    assert standing(publication_key("machines", CHAMPIONS)) == REPORT
    assert json.loads(paths.PUBLICATION.read_text()) == REPORT


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("rows", "other rows"),
        ("params.yaml", "register: {model: machines}\npublish: {online: false}\n"),
        ("feature_repo/feature_store.yaml", "project: others\n"),
        ("data/published/latents/machines-1.parquet", "fewer"),
        ("data/published/latents/machines-2.parquet", "published since"),
        (".scratch/published.json", '{"key": "'),
    ],
)
def test_it_does_not_stand_for_what_is_another_now(here, file, text):
    Path(file).write_text(text)
    assert standing(publication_key("machines", CHAMPIONS)) is None


@pytest.mark.parametrize(
    ("model", "champion"), [("others", CHAMPIONS), ("machines", ("2", "d" * 64)), ("machines", ("1", "e" * 64))]
)
def test_it_does_not_stand_for_another_champion(here, model, champion):
    assert standing(publication_key(model, champion)) is None


def test_it_does_not_stand_in_another_tracker_or_folder(here, monkeypatch):
    own = publication_key("machines", CHAMPIONS)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://user:secret@elsewhere")
    assert publication_key("machines", CHAMPIONS) != own
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    here.rename(here.with_name("moved"))
    monkeypatch.chdir(here.with_name("moved"))
    assert publication_key("machines", CHAMPIONS) != own


def test_settings_of_a_repository_elsewhere_count(here):
    (here / "theirs").mkdir()
    Path("params.yaml").write_text("pull: {repository: theirs}\n")
    without = publication_key("machines", CHAMPIONS)
    Path("theirs/feature_store.yaml").write_text("project: theirs\n")
    assert publication_key("machines", CHAMPIONS) != without


def test_a_run_that_leaves_the_store_alone_leaves_the_receipt(here, monkeypatch):
    assert reason_against() == ""
    monkeypatch.setenv("DVC_EXP_NAME", "wide")
    assert reason_against() == "an experiment leaves the store alone"
    save(kept_back(reason_against()))
    assert json.loads(paths.PUBLICATION.read_text()) == {"published": False, "reason": reason_against()}
    assert standing(publication_key("machines", CHAMPIONS)) == REPORT
    Path("params.yaml").write_text("publish: {after_promotion: false}\n")
    assert "publish.after_promotion" in reason_against()


def test_the_champion_is_whom_the_alias_names(registered, monkeypatch):
    from vaegis.registry.tracking import connect

    _, registration = registered
    assert champion_of("machines") is None
    assert champion_of("nobody") is None
    connect().set_registered_model_alias("machines", CHAMPION, registration.version)
    assert champion_of("machines") == (registration.version, registration.content_digest)
    connect().delete_registered_model_alias("machines", CHAMPION)
