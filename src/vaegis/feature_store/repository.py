"""Open a feature repository, register its definitions, find a service: Feast in this process, its paths absolute."""

import contextlib
import io
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final

import yaml

from vaegis.errors import DataError
from vaegis.feature_store.lean import import_feast
from vaegis.feature_store.managed import forget_elsewhere

if TYPE_CHECKING:
    from feast import FeatureService, FeatureStore
    from feast.repo_config import RepoConfig

_log = logging.getLogger(__name__)
_SQLITE: Final = "sqlite:///"
_LOCAL_STORES: Final = ("file", "dask", "duckdb")
"""Feast's own stores over local Parquet, whose joins are quadratic in a key's history."""


def open_store(folder: Path, state: Path | None = None) -> "FeatureStore":
    """Open the feature store described by `folder`/feature_store.yaml; `state`: see `apply`."""
    folder = folder.resolve()
    settings = settings_of(folder, state)
    configuration = configured(folder, settings)
    from feast import FeatureStore  # noqa: PLC0415 - after the lean import

    return FeatureStore(config=configuration)


def apply(folder: Path, state: Path | None = None) -> None:
    """Do what `feast apply` does: register what the folder defines, drop what it no longer defines.

    With `state`, a folder, registry and online store lie there and not where the settings say: the repository belongs
    to somebody else, and is only read.

    Raises:
        DataError: the definitions do not load or contradict themselves or the sources.
    """
    folder = folder.resolve()
    settings = settings_of(folder, state)
    configuration = configured(folder, settings)
    from feast.repo_operations import apply_total  # noqa: PLC0415 - after the lean import

    logging.getLogger("feast").setLevel(logging.ERROR)  # its warnings repeat what `check_sources` refuses
    said = io.StringIO()
    try:
        with _standing_in(folder, is_ours=state is None), contextlib.redirect_stdout(said):
            forget_elsewhere(configuration)
            apply_total(configuration, folder, skip_source_validation=False)
    except DataError:
        raise
    except SystemExit:
        raise DataError(f"feast apply refused {folder}: {said.getvalue().strip()}", where=str(folder)) from None
    except Exception as error:
        _log.debug("feast apply", exc_info=True)
        raise DataError(
            f"feast apply: {type(error).__name__}: {error}", where=f"the definitions in {folder}"
        ) from error
    _log.debug("%s", said.getvalue())


def find_service(store: "FeatureStore", name: str) -> "FeatureService":
    """Return a registered feature service, or say which there are."""
    services = {service.name: service for service in store.list_feature_services()}
    if name not in services:
        allowed = ", ".join(sorted(services)) or "none is defined"
        raise DataError(f"feature service {name!r} is unknown", allowed=allowed, where="params.yaml: pull.service")
    return services[name]


def settings_of(folder: Path, state: Path | None = None, *, to_be_written: bool = False) -> dict[str, Any]:
    """Read feature_store.yaml with `${PWD}` as the project's root, wherever the process stands.

    Settings `to_be_written` keep the names of all other variables, which Feast looks up again: what they stand for is
    often a password.
    """
    file = folder / "feature_store.yaml"
    if not file.is_file():
        raise DataError(f"{file} does not exist", where="run in the project's root folder")
    known = {} if to_be_written else dict(os.environ)
    expanded = Template(file.read_text(encoding="utf-8")).safe_substitute(known | {"PWD": str(folder.parent)})
    try:
        settings = dict(yaml.safe_load(expanded))
        return settings | _own_state(settings, state.resolve()) if state else settings
    except (yaml.YAMLError, TypeError, ValueError) as error:
        what = f"{file} is not YAML of keys and values ({_without_values(error)})"
        raise DataError(what, where=str(file)) from None


def _without_values(error: Exception) -> str:
    """Say what is wrong without the text that is wrong, which may hold a password."""
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return f"line {mark.line + 1}: {getattr(error, 'problem', '')}"
    if (told := getattr(error, "errors", None)) is not None:  # pydantic's
        lines = told(include_input=False, include_url=False, include_context=False)
        return "; ".join(f"{'.'.join(map(str, line['loc']))}: {line['msg']}" for line in lines)
    return str(error)


def _own_state(settings: dict[str, Any], state: Path) -> dict[str, Any]:
    """Return the settings that keep a registry and an online store in `state`, and join local files in one pass."""
    changed: dict[str, Any] = {
        "registry": {"registry_type": "sql", "path": f"{_SQLITE}{state / 'registry.db'}"},
        "online_store": {"type": "sqlite", "path": str(state / "online_store.db")},
    }
    offline = settings.get("offline_store", {})
    kind = offline.get("type", "file") if isinstance(offline, dict) else str(offline)
    if kind in _LOCAL_STORES and settings.get("provider", "local") == "local":
        changed["offline_store"] = {"type": "vaegis.feature_store.asof.AsofOfflineStore"}
    return changed


def configured(folder: Path, settings: dict[str, Any]) -> "RepoConfig":
    """Return the settings as Feast has them; imports Feast."""
    import_feast()
    from feast.repo_config import RepoConfig  # noqa: PLC0415 - after the lean import

    try:
        configuration = RepoConfig(**settings)
        registry = str(configuration.registry.path)
    except Exception as error:
        what = f"feature_store.yaml: {_without_values(error)}"
        raise DataError(what, where=str(folder / "feature_store.yaml")) from error
    configuration.repo_path = folder
    if registry.startswith(_SQLITE):
        place = folder / registry.removeprefix(_SQLITE)
        place.parent.mkdir(parents=True, exist_ok=True)
        configuration.registry.path = f"{_SQLITE}{place}"  # Feast begins a relative one where the process stands
    elif registry and configuration.registry.registry_type == "file" and "://" not in registry:
        configuration.registry.path = str(folder / registry)
    return configuration


@contextlib.contextmanager
def _standing_in(folder: Path, *, is_ours: bool = True) -> Iterator[None]:
    """Import the folder's modules afresh, as Feast expects: from inside it, under their bare names."""
    bytecode = sys.dont_write_bytecode
    _forget(folder)
    sys.path.insert(0, str(folder))
    try:
        with contextlib.chdir(folder), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "On demand feature view is an experimental feature", RuntimeWarning)
            if not is_ours:  # how others write their definitions is not ours to remark on
                warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = bytecode
        _forget(folder)


def _forget(folder: Path) -> None:
    for name in {file.stem for file in folder.glob("*.py")}:
        sys.modules.pop(name, None)
