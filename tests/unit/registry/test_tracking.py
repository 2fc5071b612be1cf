import os
import sqlite3
from pathlib import Path

import mlflow
import pytest

from vaegis.errors import ServiceError
from vaegis.registry.tracking import connect, experiment_id


def test_a_database_is_made_whole_and_leaves_nothing_beside_it(migrated_database: Path) -> None:
    with sqlite3.connect(migrated_database) as database:
        [(version,)] = database.execute("SELECT version_num FROM alembic_version")
    database.close()
    assert version
    assert not list(migrated_database.parent.glob("*partial*"))


def test_a_database_that_is_there_is_left_as_it_is(client, tmp_path: Path) -> None:
    client.create_experiment("machines")
    assert connect().get_experiment_by_name("machines") is not None
    assert mlflow.get_tracking_uri() == mlflow.get_registry_uri() == f"sqlite:///{tmp_path}/mlruns/mlflow.db"


def test_mlflow_is_impatient_and_takes_no_pickle(client) -> None:
    assert os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == "1"
    assert os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] == "false"


def test_the_schema_of_another_mlflow_is_one_line(client, tmp_path: Path) -> None:
    copy = tmp_path / "other.db"
    copy.write_bytes((tmp_path / "mlruns/mlflow.db").read_bytes())
    with sqlite3.connect(copy) as database:
        database.execute("UPDATE alembic_version SET version_num = '0123456789ab'")
    database.close()
    with pytest.raises(ServiceError, match="mlflow db upgrade") as caught:
        connect(f"sqlite:///{copy}")
    assert "\n" not in str(caught.value)


def test_an_experiment_is_made_found_and_restored(client, tmp_path: Path) -> None:
    made = experiment_id(client, "machines")
    assert experiment_id(client, "machines") == made
    assert client.get_experiment(made).artifact_location == (tmp_path / "mlruns/artifacts").as_uri()
    client.delete_experiment(made)
    assert experiment_id(client, "machines") == made
    assert client.get_experiment(made).lifecycle_stage == "active"


def test_an_experiment_made_by_somebody_else_meanwhile_is_taken(client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = experiment_id(client, "machines")
    answers = iter([None, client.get_experiment(made)])
    monkeypatch.setattr(client, "get_experiment_by_name", lambda _: next(answers))
    assert experiment_id(client, "machines") == made
