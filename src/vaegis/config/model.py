"""The sections that together say what a fitted model is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, Self

from vaegis.config.checks import as_seed
from vaegis.config.generator import GeneratorConfig
from vaegis.config.score import ScoreConfig
from vaegis.config.train import TrainConfig
from vaegis.errors import ConfigError


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelConfig:
    """Network and training, score, generator."""

    train: TrainConfig = field(default_factory=TrainConfig)
    score: ScoreConfig = field(default_factory=ScoreConfig)
    generator: GeneratorConfig = field(default_factory=GeneratorConfig)

    @classmethod
    def for_rows(cls, num_rows: int, num_columns: int, sections: Any = None) -> Self:
        """Choose sizes for a table of so many training rows and columns; what `sections` hold is kept.

        Raises:
            ConfigError: a section or a key is unknown, or a value of another type or out of range.
        """
        given = checked_sections(sections)
        return cls(
            train=TrainConfig.for_rows(num_rows, num_columns, **given.get("train", {})),
            score=ScoreConfig(**given.get("score", {})),
            generator=GeneratorConfig(**given.get("generator", {})),
        )

    @classmethod
    def plain(cls, train: TrainConfig) -> Self:
        """Return a network alone: scored by its evidence lower bound, rows by its own prior."""
        return cls(train=train, score=ScoreConfig(mode="elbo"), generator=GeneratorConfig(kind="none"))

    def sections(self, stage: str) -> dict[str, dict[str, Any]]:
        """Return every key by section, the training's under the name of its stage."""
        return {stage: asdict(self.train), "score": asdict(self.score), "generator": asdict(self.generator)}

    def seeded(self, seed: int | None) -> Self:
        """Return the same with one seed for everything random; None changes nothing."""
        if seed is None:
            return self
        one = as_seed(seed)
        parts: dict[str, Any] = {item.name: replace(getattr(self, item.name), seed=one) for item in fields(self)}
        return replace(self, **parts)


_KINDS: Final[dict[str, Any]] = {"train": TrainConfig, "score": ScoreConfig, "generator": GeneratorConfig}


def checked_sections(sections: Any) -> dict[str, dict[str, Any]]:
    """Return settings by section and key as a user gave them; None: there are none.

    Raises:
        ConfigError: they are no mapping of mappings, or a section or a key is unknown.
    """
    given = _mapping("config", {} if sections is None else sections)
    _require_known("section '{}'", given, _KINDS, "config")
    checked = {name: _mapping(f"config: section {name}", keys) for name, keys in given.items()}
    for name, keys in checked.items():
        _require_known(name + ".{}", keys, [item.name for item in fields(_KINDS[name])], f"config: {name}")
    return checked


def _mapping(what: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        allowed = "keys and values, such as {'train': {'epochs': 5}}"
        raise ConfigError(f"{what} is {given!r:.60}", allowed=allowed, where="the call")
    return dict(given)


def _require_known(what: str, given: Iterable[Any], known: Collection[str], where: str) -> None:
    if unknown := sorted(str(key) for key in given if key not in known):
        raise ConfigError(f"{what.format(unknown[0])} is unknown", allowed=", ".join(sorted(known)), where=where)
