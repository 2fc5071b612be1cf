"""What is asked of a model, as one frozen object: read from YAML or flags, written into the rows' provenance."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Self

import yaml

from vaegis.errors import ArtifactError, ConfigError

WHERE: Final = "the scenario"
MAX_STEPS: Final = 2_000
"""Combinations of swept values, at most: each is a population of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """Columns that are set, what follows, and how many rows of it."""

    rows: int = 1_000
    """Rows of each step."""
    seed: int = 0
    hold: Mapping[str, Any] = field(default_factory=dict)
    """One value a column, for all rows."""
    shift: Mapping[str, float] = field(default_factory=dict)
    """Amounts by which the values that a column would have are moved."""
    sweep: Mapping[str, Any] = field(default_factory=dict)
    """Values a column takes in turn: `low:high`, `low:high:steps`, a list, or `all` levels."""
    row: str = ""
    """A real row, by its name (keys and time joined by `|`) or its number in the file; empty: a population."""
    free: tuple[str, ...] = ()
    """With `row`: the columns that follow what is set; the others stay as they are in the row."""
    walk: tuple[str, ...] = ()
    """Latents to move alone, such as `z_0`, or the names of two real rows to go between."""
    stress: float = 0.0
    """Share of the population at an edge of a column that makes a stress set; 0: none is asked for."""
    rules: tuple[Mapping[str, Any], ...] = ()
    """Hard rules of this scenario alone, as in `feature_repo/expectations.json`."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn, and what contradicts itself."""
        if self.rows < 1:
            raise ConfigError(f"{self.rows} rows", allowed="at least 1", where=f"{WHERE}: rows")
        if self.seed < 0:
            raise ConfigError(f"seed is {self.seed}", allowed="at least 0", where=f"{WHERE}: seed")
        if not 0.0 <= self.stress <= 0.5:
            raise ConfigError(f"stress is {self.stress}", allowed="0 to 0.5", where=f"{WHERE}: stress")
        set_ = [*self.hold, *self.shift, *self.sweep, *self.free]
        if twice := sorted({name for name in set_ if set_.count(name) > 1}):
            what = f"column {twice[0]!r} is set twice"
            raise ConfigError(what, allowed="one of hold, shift, sweep, free", where=WHERE)
        asked = [name for name in ("row", "walk", "stress") if getattr(self, name)]
        if len(asked) > 1 or (set_ and asked and asked != ["row"]):
            others = [*asked, *(name for name in ("hold", "shift", "sweep") if getattr(self, name))]
            what = f"{' and '.join(others)} cannot be asked for at once"
            raise ConfigError(what, allowed="hold, shift, sweep and row; or walk; or stress", where=WHERE)
        if self.free and not self.row:
            raise ConfigError("free columns without a row", allowed="row and free", where=f"{WHERE}: free")

    @classmethod
    def load(cls, path: Path, **flags: Any) -> Self:
        """Read a YAML file; flags that are given are put over it, mappings key by key.

        Raises:
            ArtifactError: there is no such file.
            ConfigError: it is no mapping, or holds what a scenario does not know.
        """
        try:
            record = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except OSError:
            raise ArtifactError(f"{path} cannot be read", allowed="a YAML file", where="SCENARIO") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} is no YAML: {error}", allowed="a mapping", where=str(path)) from None
        return cls.of(record, str(path), **flags)

    @classmethod
    def of(cls, record: Any, origin: str = WHERE, **flags: Any) -> Self:
        """Return the scenario of a mapping."""
        known = {item.name: item for item in fields(cls)}
        if not isinstance(record, Mapping) or (set(record) - set(known)):
            stranger = next(iter(set(record) - set(known))) if isinstance(record, Mapping) else type(record).__name__
            raise ConfigError(f"{origin} holds {stranger!r}", allowed=", ".join(known), where=origin)
        merged: dict[str, Any] = dict(record)
        for name, value in flags.items():
            merged[name] = {**(merged.get(name) or {}), **value} if isinstance(value, Mapping) else value
        return cls(**{name: _shaped(name, value, origin) for name, value in merged.items()})

    def to_json(self) -> dict[str, Any]:
        """Return what differs from an empty scenario, as plain JSON."""
        record = {item.name: getattr(self, item.name) for item in fields(self)}
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in record.items()}
        kept = {name: dict(value) if isinstance(value, Mapping) else value for name, value in plain.items() if value}
        return {"rows": self.rows, "seed": self.seed, **kept}


_TYPES: Final[dict[str, tuple[type, ...]]] = {
    **dict.fromkeys(("rows", "seed"), (int,)),
    **dict.fromkeys(("hold", "shift", "sweep"), (Mapping,)),
    **dict.fromkeys(("free", "walk", "rules"), (list, tuple)),
    "row": (str, int),
    "stress": (float, int),
}


def _shaped(name: str, value: Any, origin: str) -> Any:
    if not isinstance(value, _TYPES[name]) or isinstance(value, bool):
        allowed = " or ".join(kind.__name__.lower() for kind in _TYPES[name])
        raise ConfigError(f"{name} is {value!r}", allowed=allowed, where=f"{origin}: {name}")
    if isinstance(value, list):
        return tuple(value) if name == "rules" else tuple(str(item) for item in value)
    return str(value) if name == "row" else value
