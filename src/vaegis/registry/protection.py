"""Protect a tracking database from rogue writes by any client, or take the protection away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from vaegis.errors import ArtifactError, ConfigError, ServiceError
from vaegis.registry.address import database_file, without_credentials
from vaegis.registry.swap import DELETION, GRANTS, is_database
from vaegis.registry.triggers import RULES, create, drop, listing, trigger

DIALECTS: Final = ("sqlite", "postgresql")


def protect(uri: str) -> None:
    """Have the database refuse writes to protected aliases, and to what they name, but by a transaction of Vaegis.

    Repeating it mends what is missing. Every client is held by it, MLflow's server too. Whoever may drop triggers can
    still take them away; `vaegis reconcile` reports that, and a verified load does not depend on them.

    Raises:
        ConfigError: the registry is a server, or a database of another kind.
        ServiceError: the database does not answer or does not allow it.
    """
    _run(uri, create(_dialect(uri)))


def unprotect(uri: str) -> None:
    """Take the protection away; nothing else changes."""
    _run(uri, drop(_dialect(uri)))


@contextmanager
def granting(uri: str, model: str, alias: str, version: str | None) -> Iterator[None]:
    """Let somebody who shares no transaction with us, MLflow's server, write one row while the block runs."""
    engine = create_engine(uri, poolclass=NullPool)
    row = {"model": model, "alias": alias, "version": DELETION if version is None else int(version)}
    try:
        if not inspect(engine).has_table(GRANTS):
            yield
            return
        with engine.begin() as connection:
            connection.execute(text(f"INSERT INTO {GRANTS} VALUES (:model, :alias, :version)"), row)  # noqa: S608
        try:
            yield
        finally:
            where = "name = :model AND alias = :alias AND version = :version"
            with engine.begin() as connection:
                connection.execute(text(f"DELETE FROM {GRANTS} WHERE {where}"), row)  # noqa: S608 - the name is ours
    finally:
        engine.dispose()


def missing_triggers(uri: str) -> list[str] | None:
    """Name the triggers of a protected database that are missing or disabled; None: it is not protected at all."""
    if not is_database(uri) or _scheme(uri) not in DIALECTS:
        return None
    engine = create_engine(uri, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            held = {str(name) for (name,) in connection.execute(text(listing(_scheme(uri))))}
    finally:
        engine.dispose()
    wanted = [trigger(rule) for rule in RULES]
    return sorted(set(wanted) - held) if held else None


def _run(uri: str, statements: list[str]) -> None:
    file = database_file(uri)
    if file is not None and not file.is_file():
        raise ArtifactError(f"there is no database {file}", where="run the pipeline first: vaegis repro")
    engine = create_engine(uri, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            for statement in statements:
                # As it is: a colon in it is no parameter.
                connection.exec_driver_sql(statement)
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        raise ServiceError(
            f"the database at {without_credentials(uri)} cannot be changed ({reason})",
            where="the account in MLFLOW_TRACKING_URI: it must own MLflow's tables",
        ) from None
    finally:
        engine.dispose()


def _dialect(uri: str) -> str:
    scheme = _scheme(uri)
    if scheme not in DIALECTS:
        raise ConfigError(
            f"{without_credentials(uri)} is no database that can be protected",
            allowed="sqlite:///..., postgresql://... (a server: protect the database behind it)",
            where="--database or MLFLOW_TRACKING_URI",
        )
    return scheme


def _scheme(uri: str) -> str:
    return uri.partition("://")[0].partition("+")[0]
