import sqlite3
from pathlib import Path

import pytest

from vaegis.registry import snapshot
from vaegis.registry.address import tracking_uri
from vaegis.registry.names import CONTENT_DIGEST
from vaegis.registry.peek import Snapshot, peek


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
