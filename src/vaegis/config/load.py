"""params.yaml to one frozen, typed section."""

from pathlib import Path
from typing import Any, TypeVar, cast

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from vaegis import paths
from vaegis.errors import ConfigError

Section = TypeVar("Section")


def load_section(name: str, kind: type[Section], path: Path | None = None) -> Section:
    """Read one section of params.yaml over the defaults of `kind`.

    Raises:
        ConfigError: the file is missing or broken, a key is unknown, or a value has the wrong type or range.
    """
    file = path or paths.PARAMS
    given = read_params(file).get(name) or {}
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
    key = error.full_key or ""
    allowed = ", ".join(sorted(kind.__dataclass_fields__))
    first = str(error.msg or error).splitlines()[0]
    return ConfigError(f"{name}.{key}: {first}", allowed=allowed, where=f"{path}: {name}")
