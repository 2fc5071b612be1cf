import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from vaegis.registry import snapshot
from vaegis.registry.address import tracking_uri
from vaegis.registry.names import CONTENT_DIGEST
from vaegis.registry.peek import Snapshot, peek, see_version
from vaegis.registry.stored import location


def test_it_sees_what_a_client_sees(registered) -> None:
    _, registration = registered
    runs = (registration.run, registration.baseline_run, "no such run")
    seen = peek(tracking_uri(), "machines", runs)
    assert seen == snapshot.take(tracking_uri(), "machines", runs)
    assert seen.tags["1"][CONTENT_DIGEST] == registration.content_digest
    assert seen.runs == {registration.run, registration.baseline_run}


def test_without_a_database_there_is_nothing_and_none_is_made(tmp_path: Path) -> None:
    assert peek(f"sqlite:///{tmp_path}/mlflow.db", "machines", ("run",)) == Snapshot(
        aliases={}, tags={}, runs=frozenset()
    )
    assert list(tmp_path.iterdir()) == []


def test_of_other_tables_mlflow_itself_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(tmp_path / "mlflow.db") as database:
        database.execute("CREATE TABLE runs (id TEXT)")
    database.close()
    answer = Snapshot(aliases={"champion": "7"}, tags={}, runs=frozenset())
    monkeypatch.setattr(snapshot, "take", lambda *_: answer)
    assert peek(f"sqlite:///{tmp_path}/mlflow.db", "machines", ()) is answer


@pytest.mark.parametrize(("alias", "number"), [("challenger", None), (None, "1"), (None, "01")])
def test_a_version_is_seen_as_a_client_sees_it(shelf, alias, number) -> None:
    one = shelf.add(1)
    shelf.client.set_registered_model_alias("machines", "challenger", one)
    seen = see_version(shelf.uri, "machines", alias, number)
    version = shelf.client.get_model_version("machines", one)
    assert (seen.name, seen.number, seen.tags) == (version.name, str(version.version), dict(version.tags))
    assert seen.files == location(shelf.client, "machines", one)


def test_what_is_not_there_or_lies_elsewhere_is_left_to_mlflow(shelf, tmp_path) -> None:
    one = shelf.add(1)
    assert see_version(shelf.uri, "machines", "champion", None) is None
    assert see_version(shelf.uri, "machines", None, "9") is None
    assert see_version(shelf.uri, "machines", None, "9" * 20) is None
    assert see_version(shelf.uri, "strangers", None, "1") is None
    assert see_version("http://127.0.0.1:9", "machines", None, one) is None
    assert see_version(f"sqlite:///{tmp_path}/none.db", "machines", None, one) is None
    assert not (tmp_path / "none.db").exists()
    shelf.client.create_model_version("machines", "s3://bucket/model")
    assert see_version(shelf.uri, "machines", None, "2") is None
    shelf.client.delete_model_version("machines", one)
    assert see_version(shelf.uri, "machines", None, one) is None


def test_tables_of_another_mlflow_are_left_to_it(shelf) -> None:
    one = shelf.add(1)
    with closing(sqlite3.connect(shelf.uri.removeprefix("sqlite:///"))) as database:
        database.execute("ALTER TABLE model_versions RENAME COLUMN storage_location TO place")
        database.commit()
    assert see_version(shelf.uri, "machines", None, one) is None
