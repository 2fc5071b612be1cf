"""policy.yaml as one frozen, typed object; whatever it does not know, it refuses."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from vaegis.bundle import file_digest
from vaegis.errors import ConfigError
from vaegis.governance.gates import Gate

ON_OTHER_ROWS: Final = ("accept", "refuse")
_VERSION: Final = 1
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "version": (int,),
    "on_other_rows": (str,),
    "name": (str,),
    "metric": (str,),
    "why": (str,),
    "operator": (str,),
    "threshold": (int, float),
    "against": (str,),
    "direction": (str,),
    "margin": (int, float),
    "required": (bool,),
}

Record = TypeVar("Record")


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What a version must show before it may be called champion."""

    version: int
    """Format of the file; 1."""
    gates: tuple[Gate, ...]
    on_other_rows: str = "accept"
    """A champion measured on other rows cannot be compared: `accept` leaves the decision to the other gates,
    `refuse` fails the gate."""
    digest: str = ""
    """SHA-256 of the file."""

    def __post_init__(self) -> None:
        """Refuse another format, an empty policy and a gate named twice."""
        if self.version != _VERSION:
            raise ConfigError(f"policy version is {self.version}", allowed=str(_VERSION), where="policy.yaml: version")
        if self.on_other_rows not in ON_OTHER_ROWS:
            allowed = ", ".join(ON_OTHER_ROWS)
            raise ConfigError(f"on_other_rows is {self.on_other_rows!r}", allowed=allowed, where="policy.yaml")
        if not any(gate.required for gate in self.gates):
            raise ConfigError("the policy has no required gate, so it would promote anything", where="policy.yaml")
        names = [gate.name for gate in self.gates]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ConfigError(f"gate {repeated[0]!r} appears twice", allowed="each name once", where="policy.yaml")


def load_policy(path: Path) -> Policy:
    """Read a policy file.

    Raises:
        ConfigError: the file is missing or no YAML, a key is unknown, missing, of the wrong type or out of range.
    """
    tree = _read(path)
    if "digest" in tree:
        raise ConfigError(f"{path}: unknown key 'digest'", allowed="version, on_other_rows, gates", where=str(path))
    records = tree.pop("gates", None)
    if not isinstance(records, list):
        raise ConfigError(f"{path}: `gates` is {records!r}", allowed="a list of gates", where=str(path))
    gates = tuple(_build(Gate, record, f"{path}: gate {number}") for number, record in enumerate(records, start=1))
    return _build(Policy, {**tree, "gates": gates, "digest": file_digest(path)}, str(path), hidden=("gates", "digest"))


def _read(path: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist", where="params.yaml: promote.policy") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not YAML: {' '.join(str(error).split())}", where=str(path)) from None
    if not isinstance(tree, dict):
        raise ConfigError(f"{path} holds no keys", allowed="version, on_other_rows, gates", where=str(path))
    return tree


def _build(kind: type[Record], given: Any, where: str, hidden: tuple[str, ...] = ()) -> Record:
    """Make `kind` from a YAML mapping, checking names and types of every key that is not in `hidden`."""
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    allowed = ", ".join(name for name in known if name != "digest")
    if not isinstance(given, Mapping):
        raise ConfigError(f"{where} is {given!r}", allowed=f"keys {allowed}", where=where)
    if unknown := [str(name) for name in given if name not in known]:
        raise ConfigError(f"{where}: unknown key {unknown[0]!r}", allowed=allowed, where=where)
    if missing := [name for name, field in known.items() if field.default is MISSING and name not in given]:
        raise ConfigError(f"{where}: `{missing[0]}` is missing", allowed=allowed, where=where)
    for name, value in given.items():
        if name not in hidden:
            _check_type(name, value, where)
    return kind(**given)


def _check_type(name: str, value: Any, where: str) -> None:
    kinds = _TYPES[name]
    # bool is an int to Python, but `threshold: yes` is a slip of the pen.
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        allowed = " or ".join(kind.__name__ for kind in kinds)
        raise ConfigError(f"{where}: {name} is {value!r}", allowed=allowed, where=where)
