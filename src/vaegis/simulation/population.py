"""Rows of every step of a scenario, those that break a hard rule drawn again."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from vaegis.errors import DataError
from vaegis.fitted.drawing import draw_rows
from vaegis.fitted.model import FittedModel
from vaegis.generation.generator import SAMPLING
from vaegis.quality.rows import PassingShare
from vaegis.simulation.scenario import WHERE
from vaegis.simulation.values import Settable

MAX_DRAWN: Final = 50
"""Rows drawn for each row that is asked for, at most: a scenario of which fewer pass is called impossible."""
_FEWEST: Final = 2_000
_OUT_OF_RANGE: Final = "shifted beyond what training saw"

Check: TypeAlias = Callable[[pd.DataFrame], PassingShare]
"""Which rows of a frame break no hard rule."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One population: what it is called by, and what is given to the model."""

    label: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    shift: Mapping[str, float] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class Population:
    """The rows of a step, and how they came about."""

    step: Step
    rows: pd.DataFrame
    drawn: int = 0
    """Rows that the rules have seen."""
    accepted: int = 0
    """Of these, rows that pass: those beyond the number asked for are left out."""
    method: str = ""
    effective: float = math.inf
    """Independent rows that the drawn ones are worth; at most as many as there are."""
    broken: dict[str, int] = field(default_factory=dict)
    """Rows that broke each rule."""

    @property
    def acceptance(self) -> float:
        """Share of drawn rows that pass every rule."""
        return self.accepted / max(1, self.drawn)

    @property
    def worth(self) -> float:
        """Independent rows that the rows are worth."""
        return min(float(len(self.rows)), self.effective)


def populate(
    model: FittedModel,
    steps: Sequence[Step],
    num_rows: int,
    seed: int,
    check: Check | None,
    tell: Callable[[int], None],
) -> list[Population]:
    """Return `num_rows` rows a step that pass the rules; `tell` hears of every step that was drawn.

    Raises:
        DataError: hardly any row of a step passes, or a value is none that training saw.
    """
    populations = [Population(step=step, rows=pd.DataFrame()) for step in steps]
    settable = Settable(model)
    for number in count():
        lacking = {place: item for place, item in enumerate(populations) if len(item.rows) < num_rows}
        if not lacking:
            break
        parts = []
        for place, item in lacking.items():
            wanted = _wanted(item, num_rows)
            parts.append(_drawn(model, settable, item, wanted, _seed(seed, place, number)))
            tell(not number)
        _keep([*lacking.values()], parts, num_rows, check)
        for item in lacking.values():
            _require_possible(item, num_rows)
    return populations


def _wanted(item: Population, num_rows: int) -> int:
    missing = num_rows - len(item.rows)
    if not item.drawn:
        return missing
    return min(math.ceil(1.2 * missing / max(item.acceptance, 0.02)), max(10 * num_rows, _FEWEST // 2))


def _seed(*parts: int) -> int:
    return int(np.random.SeedSequence(parts).generate_state(1)[0])


def _drawn(model: FittedModel, settable: Settable, item: Population, num_rows: int, seed: int) -> pd.DataFrame:
    step, given = item.step, dict(item.step.given)
    if not step.shift:
        rows = draw_rows(model, num_rows, given or None, seed)
    else:
        base = draw_rows(model, num_rows, given or None, seed)
        moved = pd.DataFrame({name: settable.moved(base[name], amount) for name, amount in step.shift.items()})
        bounds = {name: settable.bounds(name) for name in moved}
        inside_N = np.all([moved[name].between(low, high) for name, (low, high) in bounds.items()], axis=0)
        item.drawn += int((~inside_N).sum())
        item.broken[_OUT_OF_RANGE] = item.broken.get(_OUT_OF_RANGE, 0) + int((~inside_N).sum())
        moved = moved[inside_N].reset_index(drop=True).assign(**given)
        rows = draw_rows(model, len(moved), moved, seed + 1) if len(moved) else base.iloc[:0]
    told = rows.attrs[SAMPLING]
    item.method = str(told["method"])
    item.effective = min(item.effective, max(float(told["effective_rows"]), 1.0)) if len(rows) else item.effective
    return rows


def _keep(lacking: Sequence[Population], parts: Sequence[pd.DataFrame], num_rows: int, check: Check | None) -> None:
    """Judge the rows of all steps at once: a suite of rules takes a second, however few rows there are."""
    place_N = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    every = pd.concat(parts, ignore_index=True)
    passing = None if check is None else check(every)
    passes_N = np.ones(len(every), dtype=bool) if passing is None else passing.passes_N
    for place, (item, part) in enumerate(zip(lacking, parts, strict=True)):
        kept_N = passes_N[place_N == place]
        item.drawn += len(part)
        item.accepted += int(kept_N.sum())
        item.rows = pd.concat([item.rows, part[kept_N]], ignore_index=True).iloc[:num_rows]
    if passing is not None:
        for name, count in passing.failing.items():
            if count and len(lacking) == 1:
                lacking[0].broken[name] = lacking[0].broken.get(name, 0) + count


def _require_possible(item: Population, num_rows: int) -> None:
    if len(item.rows) >= num_rows or item.drawn < max(MAX_DRAWN * num_rows, _FEWEST):
        return
    where = ", ".join(f"{name}={value}" for name, value in item.step.label.items()) or "the scenario"
    most = max(item.broken, key=lambda name: item.broken[name], default="")
    what = f"{where}: {item.accepted} of {item.drawn} rows drawn pass the rules" + (f", most break {most}" * bool(most))
    raise DataError(what, allowed="a scenario whose rows the rules allow", where=WHERE)
