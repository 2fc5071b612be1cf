"""Every way in which registry and log can differ is named; aliases are put back by a recorded transaction."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from vaegis.errors import ArtifactError
from vaegis.governance.audit import INTENT
from vaegis.registry.journal import audit_log
from vaegis.registry.names import ARTIFACT_MANIFEST
from vaegis.registry.protection import protect
from vaegis.registry.reconcile import reconcile


@pytest.fixture
def two(shelf):
    for seed in (1, 2):
        shelf.promote(shelf.add(seed))
    return shelf


def kinds(**said) -> list[str]:
    return [drift.kind for drift in reconcile(**said).drifts]


def sql(shelf, statement: str) -> None:
    with closing(sqlite3.connect(shelf.root / "mlruns/mlflow.db")) as database, database:
        database.execute(statement)


def test_nothing_is_nothing(two) -> None:
    report = reconcile()
    assert (list(report.drifts), list(report.settled), list(report.repaired)) == ([], [], [])


def test_a_rogue_alias_by_client_is_named_and_put_back(two) -> None:
    two.client.set_registered_model_alias("machines", "champion", "1")
    [drift] = reconcile().drifts
    assert drift.what.startswith("champion is version 1, but belongs to version 2 (audit log entry")
    report = reconcile(repair=True)
    assert [entry.body["kind"] for entry in report.repaired] == ["restoration"]
    assert list(report.drifts) == []
    assert two.aliases == {"champion": "2", "previous": "1"}
    assert two.ledger.champions("machines") == ["1", "2"]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE registered_model_aliases SET version = 1 WHERE alias = 'champion'", "alias"),
        ("DELETE FROM registered_model_aliases WHERE alias = 'previous'", "alias"),
        ("UPDATE model_versions SET storage_location = 'file:///evil' WHERE version = 2", "version"),
        ("UPDATE model_version_tags SET value = 'x' WHERE version = 2 AND key = 'vaegis.artifact_manifest'", "tag"),
    ],
)
def test_a_rogue_write_by_sql_is_named(two, statement: str, kind: str) -> None:
    sql(two, statement)
    assert kind in kinds()


def test_files_are_held_against_the_manifest(two) -> None:
    two.flip("1")
    [drift] = reconcile(["machines"]).drifts
    assert (drift.kind, "weights.json was altered" in drift.what) == ("files", True)
    shutil.rmtree(two.files("2"))
    assert kinds() == ["files", "files"]


def test_versions_nobody_registered_and_champions_that_are_gone(two) -> None:
    two.client.create_model_version("machines", "file:///elsewhere")
    two.client.delete_model_version("machines", "2")
    assert {"unregistered", "version"} <= set(kinds())


def test_a_champion_without_any_record(shelf) -> None:
    shelf.add(1)
    shelf.client.set_registered_model_alias("machines", "champion", "1")
    [drift] = reconcile().drifts
    assert drift.what == "champion is version 1, and no record says by what right"


def test_a_revoked_champion_and_a_lost_tag(two) -> None:
    two.revoke("2")
    assert kinds() == ["revoked"]
    two.client.delete_model_version_tag("machines", "1", ARTIFACT_MANIFEST)
    assert kinds() == ["tag", "revoked"]


def test_triggers_that_were_dropped(two) -> None:
    protect(two.uri)
    assert kinds() == []
    sql(two, "DROP TRIGGER vaegis_alias_set")
    [drift] = reconcile().drifts
    assert drift.what == "the database is protected, but lacks vaegis_alias_set"


def test_what_a_dead_process_left_is_settled(two) -> None:
    audit_log(two.uri).append(INTENT, two.move("1").body)
    report = reconcile()
    assert [entry.event for entry in report.settled] == ["ABORT"]
    assert list(report.drifts) == []


def test_an_edited_log_is_no_measure(two) -> None:
    log = two.root / "mlruns/audit/log.jsonl"
    log.write_bytes(log.read_bytes().replace(b"COMMIT", b"ABORT"))
    with pytest.raises(ArtifactError, match="audit log, entry 3"):
        reconcile()
