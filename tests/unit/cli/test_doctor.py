import sqlite3

import pytest

from vaegis.cli import checkup
from vaegis.cli.checkup import CHECKS, MISSING, NOTE, OK


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "params.yaml").write_text("register: {model: machines}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return tmp_path


def test_environment_is_seen(project):
    assert checkup.python().state == OK
    assert checkup.torch().state == OK
    assert checkup.disk().found.endswith("GiB free")


def test_packages_are_held_against_the_lock(project):
    assert checkup.packages().state == NOTE
    lock = project / "requirements.lock"
    lock.write_text("pytest==0.1 \\\n    --hash=sha256:aa\nabsentia==1.0\nwinonly==2.0 ; sys_platform == 'win32'\n")
    finding = checkup.packages()
    assert finding.state == MISSING
    assert "pytest" in finding.found
    assert "absentia absent (locked 1.0)" in finding.found
    assert "winonly" not in finding.found
    lock.write_text(f"pytest=={pytest.__version__} \\\n    --hash=sha256:aa\n")
    assert checkup.packages().found == "all 1 as locked"


def test_params_are_loaded(project):
    assert checkup.params().state == OK
    (project / "params.yaml").write_text("train: {epochs: 0}\n")
    assert checkup.params().state == MISSING
    assert "train.epochs is 0" in checkup.params().found


def test_pipeline_says_where_it_stands(project):
    assert checkup.pipeline().state == MISSING
    (project / "dvc.yaml").write_text("stages: {}\n")
    assert checkup.pipeline().found == "never ran"
    (project / "dvc.lock").write_text("schema: '2.0'\nstages: {}\n")
    assert checkup.pipeline().state == OK
    (project / "dvc.lock").write_text("schema: '2.0'\nstages:\n  a:\n")
    assert checkup.pipeline().found == "dvc.lock half written"
    (project / "pipelines").mkdir()
    (project / "pipelines/dvc.lock").write_text("")
    assert checkup.pipeline().found == "dvc.lock and pipelines/dvc.lock half written"


def test_store_and_repository(project):
    assert checkup.repository().state == NOTE
    (project / ".git").mkdir()
    assert checkup.repository().state == OK
    assert checkup.store().state == MISSING
    (project / "feature_repo").mkdir()
    assert checkup.store().found == "data/store is empty"
    (project / "params.yaml").write_text("ingest: {source: none}\n")
    assert checkup.store().state == OK
    (project / "data/store").mkdir(parents=True)
    (project / "data/store/readings.parquet").touch()
    assert checkup.store().found == "data/store: readings"


def test_registry_that_does_not_answer_is_missing(project, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    finding = checkup.registry()
    assert finding.state == MISSING
    assert "MLflow at http://127.0.0.1:9 does not answer" in finding.found


def test_registry_before_and_after_the_first_champion(project, migrated_database):
    assert checkup.registry().state == NOTE
    assert not (project / "mlruns/mlflow.db").exists()
    (project / "mlruns").mkdir(exist_ok=True)
    (project / "mlruns/mlflow.db").write_bytes(migrated_database.read_bytes())
    assert checkup.registry().found.endswith("machines has no champion")
    with sqlite3.connect(project / "mlruns/mlflow.db") as connection:
        connection.execute("INSERT INTO registered_models (name) VALUES ('machines')")
        connection.execute(
            "INSERT INTO registered_model_aliases (name, alias, version) VALUES ('machines', 'champion', 3)"
        )
    connection.close()
    assert checkup.registry().found.endswith("machines@champion is version 3")


def test_command_ends_with_1_if_something_is_missing_and_says_how_to_mend(project, vaegis):
    findings = vaegis("doctor", "--json", code=1)
    assert len(findings) == len(CHECKS)
    pipeline = next(finding for finding in findings if finding["what"] == "pipeline")
    assert pipeline == {
        "what": "pipeline",
        "state": "missing",
        "found": "no dvc.yaml",
        "mend": "run in the project's root",
    }
    assert all(finding["mend"] for finding in findings if finding["state"] != "ok")
    assert "feature store" in vaegis("doctor", code=1)
