"""What a registry remembers of online tables that Feast made: true only where it was written, and copied with it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from feast.repo_config import RepoConfig

_SQLITE: Final = "sqlite:///"


def forget_elsewhere(configuration: "RepoConfig") -> None:
    """Make the registry forget tables of this project that are not in the online store it is configured with.

    Feast compares what is remembered with what is wanted by the absolute path of the SQLite file, and drops a table
    whose path is another: the registry of a copied project names the original's. Nor would it make the table anew.
    What is forgotten is made by the next apply, unless it is there.
    """
    online = configuration.online_store
    if configuration.provider != "local" or getattr(online, "type", "") != "sqlite" or _is_new(configuration):
        return  # only here Feast drops what it remembers, and nothing is remembered yet
    from feast import FeatureStore  # noqa: PLC0415 - after the lean import
    from feast.infra.infra_object import Infra  # noqa: PLC0415
    from feast.infra.online_stores.sqlite import SqliteOnlineStore, SqliteTable  # noqa: PLC0415

    own = str(SqliteOnlineStore._get_db_path(configuration))  # noqa: SLF001 - as Feast itself writes it
    project = configuration.project
    with _unopened():  # opening an SQL registry reads everything in it
        registry = FeatureStore(config=configuration).registry
        remembered = registry.get_infra(project).infra_objects
        held = _tables(Path(own))

        def stays(item: Any) -> bool:
            if not isinstance(item, SqliteTable) or not item.name.startswith(f"{project}_"):
                return True  # a file holds what all its projects remember
            return item.path == own and (held is None or item.name in held)

        kept = [item for item in remembered if stays(item)]
        if len(kept) < len(remembered):
            registry.update_infra(Infra(infra_objects=kept), project)


def _is_new(configuration: "RepoConfig") -> bool:
    """Say whether the registry is a local file that is not there; looking into it would make it."""
    place = str(configuration.registry.path).removeprefix(_SQLITE)
    return "://" not in place and not (Path(configuration.repo_path or "") / place).exists()


def _tables(database: Path) -> set[str] | None:
    """Return the names of a SQLite file's tables; None where it cannot be read."""
    if not database.exists():
        return set()
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error:
        return None


@contextmanager
def _unopened() -> Iterator[None]:
    """Read what is remembered without opening the files that it names: Feast makes those that are gone."""
    from feast.infra.online_stores import sqlite  # noqa: PLC0415

    original = sqlite._initialize_conn  # noqa: SLF001
    sqlite._initialize_conn = lambda *_args, **_named: None  # noqa: SLF001
    try:
        yield
    finally:
        sqlite._initialize_conn = original  # noqa: SLF001
