"""The sections that together say what a fitted model is."""

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

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
    def for_rows(cls, num_rows: int, num_columns: int, **sections: Any) -> Self:
        """Choose sizes for a table of so many training rows and columns; what `sections` hold (by key) is kept.

        Raises:
            ConfigError: a section or a key is unknown, or a value out of range.
        """
        known = {item.name for item in fields(cls)}
        if unknown := sorted(set(sections) - known):
            raise ConfigError(f"section {unknown[0]!r} is unknown", allowed=", ".join(sorted(known)), where="config")
        kinds: dict[str, Any] = {"train": TrainConfig, "score": ScoreConfig, "generator": GeneratorConfig}
        for name, given in sections.items():
            allowed = {item.name for item in fields(kinds[name])}
            if strangers := sorted(set(given) - allowed):
                what = f"{name}.{strangers[0]} is unknown"
                raise ConfigError(what, allowed=", ".join(sorted(allowed)), where=f"config: {name}")
        return cls(
            train=TrainConfig.for_rows(num_rows, num_columns, **sections.get("train", {})),
            score=ScoreConfig(**sections.get("score", {})),
            generator=GeneratorConfig(**sections.get("generator", {})),
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
        parts: dict[str, Any] = {item.name: replace(getattr(self, item.name), seed=seed) for item in fields(self)}
        return replace(self, **parts)
