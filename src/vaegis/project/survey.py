"""What a source turned out to be: its rows, the guessed contract, and how the pipeline will get at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.data.split import assign_roles
from vaegis.inference.inference import Inference
from vaegis.project.blueprint import Blueprint, draw_up, without
from vaegis.project.drift import moved_columns
from vaegis.project.parameters import size_training
from vaegis.project.roles import choose_split, count_roles

UNSURE: Final = 0.75
"""Confidence below which a guess is shown as one to look at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """Everything the files of a new project are written from."""

    name: str
    """A Python name."""
    source: Path
    what: str
    """The source in words, e.g. `pumps.csv`."""
    frame: pd.DataFrame
    """The rows as the feature store will deliver them, derived columns aside."""
    inference: Inference
    blueprint: Blueprint
    ingest: Mapping[str, Any]
    """Section of params.yaml."""
    pull: Mapping[str, Any]
    source_state: Mapping[str, Any] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    """Further files of feature_repo/: name to text."""
    split: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, int] = field(default_factory=dict)
    """Rows of each role under `split`."""
    training: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_own(self) -> bool:
        """Whether the project holds its feature definitions itself."""
        return "repository" not in self.pull

    @property
    def model(self) -> str:
        """Name of the registered model and of the experiment."""
        return f"{self.name.replace('_', '-')}-vae"

    @property
    def unsure(self) -> list[str]:
        """Name the columns whose guess is one to look at."""
        return [guess.column.name for guess in self.inference.guesses if guess.confidence < UNSURE]

    @property
    def without_unit(self) -> list[str]:
        """Name the modelled numbers whose unit nobody has said."""
        columns = self.blueprint.raw.features
        return [column.name for column in columns if column.kind in ("numeric", "angle") and not column.unit]


def survey(
    name: str,
    source: Path,
    what: str,
    frame: pd.DataFrame,
    inference: Inference,
    *,
    raw: TableSchema | None = None,
    **told: Mapping[str, Any],
) -> Survey:
    """Decide on derived columns, split and sizes for rows that hold every raw column.

    With `raw`, a contract that stands already, nothing is derived.
    """
    blueprint = Blueprint(name=name, raw=raw) if raw else draw_up(name, inference, frame)
    split = choose_split(frame, blueprint.raw, is_timed=bool(inference.time))
    assigned = assign_roles(frame, blueprint.raw, SplitConfig(**split))
    if not raw:
        moved = moved_columns(frame, assigned, blueprint.raw.features)
        if len(moved) < len(blueprint.raw.features):
            blueprint = without(blueprint, moved)
            inference = replace(inference, notes=(*inference.notes, *moved.values()))
    roles = count_roles(assigned)
    return Survey(
        name=name,
        source=source,
        what=what,
        frame=frame,
        inference=inference,
        blueprint=blueprint,
        split=split,
        roles=roles,
        training=size_training(roles["train"], len(blueprint.schema.features)),
        **told,
    )
