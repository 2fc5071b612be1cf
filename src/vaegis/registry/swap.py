"""Compare and swap of a model's protected aliases: one transaction in a database, a lease and a look back by REST."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool

from vaegis.errors import ArtifactError, RefusedError, ServiceError
from vaegis.registry.address import without_credentials
from vaegis.registry.names import PROTECTED, TRANSACTION

GRANTS: Final = "vaegis_grants"
"""Where a protected database (`vaegis registry protect`) looks whether a write is a transaction's."""
DELETION: Final = 0
"""The version of a grant to delete an alias."""

Aliases = Mapping[str, str | None]
"""Protected alias -> version; None: it is not set."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Swap:
    """Which aliases of a model move, from where to where."""

    model: str
    mark: str
    """Digest of the intent; kept with the model, so that after a crash one can tell whose work it was."""
    expected: Aliases
    after: Aliases
    version: str
    content_digest: str
    """Of `version`; one that was altered or deleted meanwhile is not promoted."""

    @property
    def moves(self) -> dict[str, str | None]:
        """The aliases that do not stand yet where they belong."""
        return {alias: self.after[alias] for alias in PROTECTED if self.after[alias] != self.expected[alias]}


def is_database(uri: str) -> bool:
    """Whether the registry is a database, not a server."""
    return not uri.startswith(("http://", "https://"))


def swap(uri: str, change: Swap) -> None:
    """Move the aliases if all of them stand where they are expected.

    Raises:
        RefusedError: somebody else moved them; nothing was changed.
        ArtifactError: the version is not there any more, or is another one.
        ServiceError: the registry does not answer; whether anything was changed, only a look at it tells.
    """
    if is_database(uri):
        swap_in_database(uri, change)
        return
    from vaegis.registry.lease import swap_by_lease  # noqa: PLC0415 - mlflow, which a database does not need

    swap_by_lease(uri, change)


def finish_or_undo(uri: str, change: Swap) -> bool:
    """Bring a move through a server that a crash cut short to one end; whether it was made."""
    from vaegis.registry.lease import undo_if_partial  # noqa: PLC0415 - mlflow

    return undo_if_partial(uri, change)


def swap_in_database(uri: str, change: Swap) -> None:
    """Move the aliases in one transaction of the tracking database."""
    engine = create_engine(uri, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            _lock(connection, change.model)
            _require_version(connection, change)
            require_expected(change, _held(connection, change.model))
            for alias, version in change.moves.items():
                _move(connection, change, alias, version)
            _mark(connection, change)
    except IntegrityError:
        raise _lost(change, "somebody set an alias in the same moment") from None
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        raise ServiceError(f"the registry at {without_credentials(uri)} does not answer ({reason})") from None
    finally:
        engine.dispose()


def require_expected(change: Swap, held: Aliases) -> None:
    """Refuse if an alias is not where it is expected."""
    for alias in PROTECTED:
        if held[alias] != change.expected[alias]:
            stands = f"is version {held[alias]}" if held[alias] else "is not set"
            wanted = f"version {change.expected[alias]}" if change.expected[alias] else "none"
            raise _lost(change, f"{alias} {stands} by now, not {wanted} as when this began")


def _lost(change: Swap, why: str) -> RefusedError:
    what = f"{change.model} version {change.version} did not become champion: {why}"
    return RefusedError(what, where="nothing; repeat it to judge against the champion of now")


def _lock(connection: Connection, model: str) -> None:
    """Write first: SQLite then holds its one write lock, Postgres the model's row, until the transaction ends."""
    query = text("UPDATE registered_models SET last_updated_time = last_updated_time WHERE name = :model")
    if connection.execute(query, {"model": model}).rowcount == 0:
        raise ArtifactError(f"{model} is not registered", where="`vaegis show` lists what is registered")


def _held(connection: Connection, model: str) -> Aliases:
    rows = connection.execute(
        text("SELECT alias, version FROM registered_model_aliases WHERE name = :model"), {"model": model}
    )
    held = {str(alias): str(version) for alias, version in rows}
    return {alias: held.get(alias) for alias in PROTECTED}


def _require_version(connection: Connection, change: Swap) -> None:
    query = text(
        "SELECT t.value FROM model_versions v JOIN model_version_tags t ON t.name = v.name AND t.version = v.version"
        " WHERE v.name = :model AND v.version = :version AND v.current_stage <> 'Deleted_Internal'"
        " AND t.key = 'vaegis.content_digest'"
    )
    found = connection.execute(query, {"model": change.model, "version": int(change.version)}).scalar()
    if found != change.content_digest:
        what = f"{change.model} version {change.version} is gone or has another content digest ({str(found)[:12]})"
        raise ArtifactError(what, where="`vaegis reconcile` shows what was changed")


def _move(connection: Connection, change: Swap, alias: str, version: str | None) -> None:
    number = int(version) if version is not None else DELETION
    row: dict[str, Any] = {"model": change.model, "alias": alias, "version": number}
    granted = inspect(connection).has_table(GRANTS)
    if granted:
        connection.execute(
            text(f"INSERT INTO {GRANTS} (name, alias, version) VALUES (:model, :alias, :version)"),  # noqa: S608
            row,
        )
    connection.execute(text(_statement(change.expected[alias], version)), row)
    if granted:
        connection.execute(text(f"DELETE FROM {GRANTS}"))  # noqa: S608 - the name is ours


def _statement(held: str | None, version: str | None) -> str:
    if version is None:
        return "DELETE FROM registered_model_aliases WHERE name = :model AND alias = :alias"
    if held is None:
        return "INSERT INTO registered_model_aliases (name, alias, version) VALUES (:model, :alias, :version)"
    return "UPDATE registered_model_aliases SET version = :version WHERE name = :model AND alias = :alias"


def _mark(connection: Connection, change: Swap) -> None:
    row = {"model": change.model, "key": TRANSACTION, "mark": change.mark}
    update = text("UPDATE registered_model_tags SET value = :mark WHERE name = :model AND key = :key")
    if connection.execute(update, row).rowcount == 0:
        insert = "INSERT INTO registered_model_tags (name, key, value) VALUES (:model, :key, :mark)"
        connection.execute(text(insert), row)
