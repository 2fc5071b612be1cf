"""params.yaml to one frozen, typed section."""

from dataclasses import fields
from pathlib import Path
from typing import Any, Final, TypeVar, cast, get_args

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from vaegis import paths
from vaegis.errors import ConfigError

Section = TypeVar("Section")

SECTION_NAMES: Final = (
    "ingest",
    "source_state",
    "pull",
    "validate",
    "admit",
    "split",
    "train",
    "score",
    "generator",
    "baseline",
    "evaluate",
    "compare",
    "report",
    "reference",
    "register",
    "promote",
    "publish",
    "monitor",
)
"""Every section of params.yaml: a mistyped one would silently leave defaults in force."""


def load_section(name: str, kind: type[Section], path: Path | None = None) -> Section:
    """Read one section of params.yaml over the defaults of `kind`.

    Raises:
        ConfigError: the file is missing or broken, a key is unknown, or a value has the wrong type or range.
    """
    file = path or paths.PARAMS
    tree = read_params(file)
    for key in map(str, tree):
        if key not in SECTION_NAMES:
            raise ConfigError(f"section {key!r} is unknown", allowed=", ".join(SECTION_NAMES), where=f"{file}: {key}")
    given = {} if tree.get(name) is None else tree[name]
    if not isinstance(given, DictConfig | dict):
        raise ConfigError(f"section {name} is {given!r}", allowed="key: value lines", where=f"{file}: {name}")
    try:
        merged = OmegaConf.merge(OmegaConf.structured(kind), given)
        return cast(Section, OmegaConf.to_object(merged))
    except OmegaConfBaseException as error:
        raise _explain(name, kind, file, error) from None


def read_params(path: Path) -> DictConfig:
    """Read params.yaml as an untyped tree."""
    try:
        tree = OmegaConf.load(path)
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist", where="run in the project's root folder") from None
    except Exception as error:  # noqa: BLE001 - yaml's many errors, all of them the user's typing
        raise ConfigError(f"{path} is not YAML: {str(error).splitlines()[0]}", where=str(path)) from None
    if not isinstance(tree, DictConfig):
        raise ConfigError(f"{path} holds a list", allowed="sections of key: value", where=str(path))
    return tree


def as_plain(section: Any) -> dict[str, Any]:
    """Return a section as plain JSON-able values, defaults included."""
    return cast(dict[str, Any], OmegaConf.to_container(OmegaConf.structured(section), resolve=True))


def _explain(name: str, kind: type[Any], path: Path, error: OmegaConfBaseException) -> ConfigError:
    known = {field.name: field.type for field in fields(kind)}
    key = error.full_key or ""
    found = str(error.msg or error).splitlines()[0].rstrip(".")
    # A known key holds a value of another type; an unknown one is not among the keys.
    wanted = known.get(key.partition("[")[0])
    word = str(wanted) if get_args(wanted) else getattr(wanted, "__name__", str(wanted))
    allowed = ", ".join(sorted(known)) if wanted is None else word
    return ConfigError(f"{name}.{key}: {found}", allowed=allowed, where=f"{path}: {name}")
