"""From a fitted transform to the families of its columns."""

import math
from collections.abc import Mapping
from typing import Final

from vaegis.contract import ColumnSpec
from vaegis.data.shapes import Shape
from vaegis.data.transform import TableTransform
from vaegis.errors import ConfigError
from vaegis.fitted.choose import choose_family
from vaegis.likelihoods import LIKELIHOODS, ColumnFacts, Layout

DAY: Final = 86_400.0
PERIODS: Final = (DAY, 7 * DAY, 365.2425 * DAY)
"""Cycles of a time that a network reads beside its trend, seconds."""


def make_layout(transform: TableTransform, likelihoods: Mapping[str, str] | None = None) -> Layout:
    """Choose each column's family: by the configuration's `likelihoods`, its contract, its points, its kind.

    Raises:
        ConfigError: a family is unknown or cannot describe its column, or a column is unknown.
    """
    asked = likelihoods or {}
    names = [column.name for column in transform.columns]
    if strangers := [name for name in asked if name not in names]:
        what = f"likelihoods name column {strangers[0]!r}, which is no feature"
        raise ConfigError(what, allowed=", ".join(names), where="params.yaml: train.likelihoods")
    shapes = transform.shapes or (Shape(),) * len(transform.numeric)
    facts = [_facts(transform, d, shape) for d, shape in enumerate(shapes)]
    numeric = [
        choose_family(column, facts[d], is_count=shapes[d].is_count, asked=asked.get(column.name, ""))
        for d, column in enumerate(transform.numeric)
    ]
    discrete = [
        choose_family(column, ColumnFacts(num_levels=count), is_count=False, asked=asked.get(column.name, ""))
        for column, count in zip(transform.discrete, transform.num_levels, strict=True)
    ]
    kept = tuple(_needed(item, family) for item, family in zip(facts, numeric, strict=True))
    is_plain = all(item == ColumnFacts() for item in kept)
    return Layout(tuple(numeric), tuple(discrete), transform.num_levels, () if is_plain else kept)


def _facts(transform: TableTransform, d: int, shape: Shape) -> ColumnFacts:
    center, scale = float(transform.center_D[d]), float(transform.scale_D[d])
    center = 0.0 if math.isnan(center) else center
    points = shape.points_z(center, scale) if shape.points else ()
    cycles = _cycles(transform.numeric[d], center, scale, wraps=shape.wraps)
    return ColumnFacts(center=center, scale=scale, points=points, cycles=cycles, wraps=shape.wraps)


def _cycles(column: ColumnSpec, center: float, scale: float, *, wraps: bool) -> tuple[tuple[float, float], ...]:
    """Return (frequency, phase) on the standardised scale; phases are exact: single precision meets small numbers."""
    if wraps:
        return ((1.0, 0.0),)
    if column.dtype != "timestamp" or column.transform == "quantile":
        return ()
    return tuple((2 * math.pi * scale / period, 2 * math.pi * math.fmod(center / period, 1.0)) for period in PERIODS)


def _needed(facts: ColumnFacts, family: str) -> ColumnFacts:
    """Drop center and scale where the family does not ask for them: most columns then have nothing to carry."""
    if family in LIKELIHOODS and LIKELIHOODS[family].over == "counts":
        return facts
    return ColumnFacts(points=facts.points, cycles=facts.cycles, wraps=facts.wraps)
