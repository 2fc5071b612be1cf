"""YAML to frozen, typed records; whatever is unknown, missing or of another type is refused with its place."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import UnionType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

import yaml

from vaegis.bundle import file_digest
from vaegis.errors import ConfigError

Record = TypeVar("Record")
_WORDS: Final = {int: "int", float: "int or float", str: "str", bool: "bool", datetime: "a date"}


def hidden(default: Any = "") -> Any:
    """Return a field that a file may not set."""
    return field(default=default, metadata={"hidden": True})


def load(kind: type[Record], path: Path, where: str) -> Record:
    """Read a file as `kind`; its field `digest` becomes the SHA-256 of the file. `where` says who names the file.

    Raises:
        ConfigError: the file is missing or no YAML, or something in it is unknown, missing or mistyped.
    """
    allowed = ", ".join(name for name, item in _fields(kind).items() if not item.metadata.get("hidden"))
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist", where=where) from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise ConfigError(f"{path} is not YAML: {' '.join(str(error).split())}", where=str(path)) from None
    if not isinstance(tree, dict):
        raise ConfigError(f"{path} holds no keys", allowed=allowed, where=str(path))
    return build(kind, tree, str(path), digest=file_digest(path))


def build(kind: type[Record], given: Any, where: str, **own: Any) -> Record:
    """Make `kind` from a YAML mapping; `own` are the hidden fields."""
    known = {name: item for name, item in _fields(kind).items() if not item.metadata.get("hidden")}
    allowed = ", ".join(known)
    if not isinstance(given, Mapping):
        raise ConfigError(f"{where} is {given!r}", allowed=f"keys {allowed}", where=where)
    if unknown := [str(name) for name in given if name not in known]:
        raise ConfigError(f"{where}: unknown key {unknown[0]!r}", allowed=allowed, where=where)
    absent = [name for name, item in known.items() if _is_needed(item) and name not in given]
    if absent:
        raise ConfigError(f"{where}: `{absent[0]}` is missing", allowed=allowed, where=where)
    hints = get_type_hints(kind)
    return kind(**{name: _read(name, value, hints[name], where) for name, value in given.items()}, **own)


def _fields(kind: type[Any]) -> dict[str, Field[Any]]:
    return {item.name: item for item in fields(kind)}


def _is_needed(item: Field[Any]) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _read(name: str, value: Any, hint: Any, where: str) -> Any:
    if get_origin(hint) is UnionType:
        # `X | None`: None is what an absent key means; written down, it is a slip of the pen.
        hint = next(kind for kind in get_args(hint) if kind is not type(None))
    if get_origin(hint) is tuple:
        return _read_list(name, value, get_args(hint)[0], where)
    if isinstance(hint, type) and is_dataclass(hint):
        return build(hint, value, f"{where}: {name}")
    if hint is datetime:
        return _read_moment(name, value, where)
    accepted = (int, float) if hint is float else (hint,)
    # bool is an int to Python, but `threshold: yes` is another.
    if not isinstance(value, accepted) or (isinstance(value, bool) and hint is not bool):
        raise ConfigError(f"{where}: {name} is {value!r}", allowed=_WORDS[hint], where=where)
    return value


def _read_list(name: str, value: Any, kind: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ConfigError(f"{where}: `{name}` is {value!r}", allowed=f"a list of {name}", where=where)
    one = name.removesuffix("s")
    if isinstance(kind, type) and is_dataclass(kind):
        return tuple(build(kind, item, f"{where}: {one} {number}") for number, item in enumerate(value, start=1))
    return tuple(_read(f"{name}, entry {number},", item, kind, where) for number, item in enumerate(value, start=1))


def _read_moment(name: str, value: Any, where: str) -> datetime:
    """Read a date or time; without a zone it is UTC, a date alone is its first moment."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if not isinstance(moment, datetime):
        raise ConfigError(f"{where}: {name} is {value!r}", allowed="a date, such as 2027-01-31", where=where)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
