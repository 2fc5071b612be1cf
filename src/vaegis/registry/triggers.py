"""The SQL that makes a tracking database refuse rogue writes, for SQLite and Postgres.

A write to a protected alias needs a grant of the very row, which a transaction of Vaegis writes and takes away again.
What decides the behaviour of a version under a protected alias (its address, its digests) cannot be changed at all.
"""

from typing import Final

from vaegis.registry.names import ARTIFACT_MANIFEST, CONTENT_DIGEST, PROTECTED
from vaegis.registry.swap import DELETION, GRANTS

_ALIASES: Final = ", ".join(f"'{alias}'" for alias in PROTECTED)
_TAGS: Final = f"'{CONTENT_DIGEST}', '{ARTIFACT_MANIFEST}'"
_PROTECTED: Final = (
    f"EXISTS (SELECT 1 FROM registered_model_aliases a WHERE a.alias IN ({_ALIASES})"  # noqa: S608 - names of ours
    " AND a.name = OLD.name"
)
_HELD_MODEL: Final = f"{_PROTECTED})"
_HELD: Final = f"{_PROTECTED} AND a.version = OLD.version)"


def _granted(row: str, version: str) -> str:
    same = f"g.name = {row}.name AND g.alias = {row}.alias AND g.version = {version}"
    return f"EXISTS (SELECT 1 FROM {GRANTS} g WHERE {same})"  # noqa: S608 - names of ours


_SAME_AND_GRANTED: Final = f"(NEW.name = OLD.name AND NEW.alias = OLD.alias AND {_granted('NEW', 'NEW.version')})"
_DELETED: Final = "NEW.current_stage = 'Deleted_Internal' AND OLD.current_stage <> 'Deleted_Internal'"
_READDRESSED: Final = " OR ".join(
    f"COALESCE(NEW.{column}, '') <> COALESCE(OLD.{column}, '')" for column in ("source", "storage_location", "run_id")
)
_BY_PROMOTION: Final = "this alias is moved by a promotion only"
_VERSION_STAYS: Final = "this version holds a protected alias"
_DIGESTS_STAY: Final = "the digests of a version that holds a protected alias stay"
_MODEL_STAYS: Final = "this model has a protected alias"

RULES: Final[dict[str, tuple[str, str, str, str]]] = {
    "alias_set": (
        "registered_model_aliases",
        "INSERT",
        f"NEW.alias IN ({_ALIASES}) AND NOT {_granted('NEW', 'NEW.version')}",
        _BY_PROMOTION,
    ),
    "alias_moved": (
        "registered_model_aliases",
        "UPDATE",
        f"(NEW.alias IN ({_ALIASES}) OR OLD.alias IN ({_ALIASES})) AND NOT {_SAME_AND_GRANTED}",
        _BY_PROMOTION,
    ),
    "alias_deleted": (
        "registered_model_aliases",
        "DELETE",
        f"OLD.alias IN ({_ALIASES}) AND NOT {_granted('OLD', str(DELETION))}",
        "this alias is deleted by a rollback only",
    ),
    "version_deleted": ("model_versions", "DELETE", _HELD, _VERSION_STAYS),
    "version_changed": (
        "model_versions",
        "UPDATE",
        f"{_HELD} AND (NEW.name <> OLD.name OR NEW.version <> OLD.version OR {_READDRESSED} OR ({_DELETED}))",
        _VERSION_STAYS,
    ),
    "tag_changed": (
        "model_version_tags",
        "UPDATE",
        f"OLD.key IN ({_TAGS}) AND {_HELD} AND (NEW.value <> OLD.value OR NEW.key <> OLD.key)",
        _DIGESTS_STAY,
    ),
    "tag_deleted": ("model_version_tags", "DELETE", f"OLD.key IN ({_TAGS}) AND {_HELD}", _DIGESTS_STAY),
    "model_deleted": ("registered_models", "DELETE", _HELD_MODEL, _MODEL_STAYS),
    "model_renamed": ("registered_models", "UPDATE", f"NEW.name <> OLD.name AND {_HELD_MODEL}", _MODEL_STAYS),
}
"""Name -> table, event, when it is refused, and why."""

GRANTS_TABLE: Final = (
    f"CREATE TABLE IF NOT EXISTS {GRANTS} (name VARCHAR(256) NOT NULL, alias VARCHAR(256) NOT NULL,"
    " version INTEGER NOT NULL)"
)


def trigger(rule: str) -> str:
    """Return the name of a rule's trigger."""
    return f"vaegis_{rule}"


def create(dialect: str) -> list[str]:
    """Return the statements that protect a database."""
    return [GRANTS_TABLE, *(statement for rule in RULES for statement in _create(dialect, rule))]


def drop(dialect: str) -> list[str]:
    """Return the statements that take the protection away."""
    statements = [statement for rule in RULES for statement in _drop(dialect, rule)]
    return [*statements, f"DROP TABLE IF EXISTS {GRANTS}"]


def listing(dialect: str) -> str:
    """Return the query for the names of the triggers that are there."""
    if dialect == "sqlite":
        return "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'vaegis\\_%' ESCAPE '\\'"
    return (
        "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgname LIKE 'vaegis\\_%'"
    )


def _create(dialect: str, rule: str) -> list[str]:
    table, event, when, why = RULES[rule]
    name, message = trigger(rule), f"vaegis: {why}"
    if dialect == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        return [f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table} WHEN {when} {refuse}"]
    row = "OLD" if event == "DELETE" else "NEW"
    refuse = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'insufficient_privilege'"
    body = f"BEGIN IF {when} THEN {refuse}; END IF; RETURN {row}; END"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ {body} $body$",
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _drop(dialect: str, rule: str) -> list[str]:
    table, name = RULES[rule][0], trigger(rule)
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}"]
    return [f"DROP TRIGGER IF EXISTS {name} ON {table}", f"DROP FUNCTION IF EXISTS {name}()"]
