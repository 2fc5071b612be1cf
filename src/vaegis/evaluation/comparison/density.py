"""Densities of two models on one scale: each standardises the columns by its own training rows. N rows.

With z = f(x), log p(x) = log p(z) + log |dz/dx|, so a model's nats per standardised row become comparable once its own
log |dz/dx| is taken off and that of the scale wanted put on.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.tails import TAIL
from vaegis.durable import read_json

_CURVED: Final = ("points", "quantiles")


def on_one_scale(
    nlls: Sequence[np.ndarray], frame: pd.DataFrame, bundles: Sequence[Path]
) -> tuple[list[np.ndarray], str]:
    """Return both models' nll by row on the first one's scale (nats per row), and why it cannot be, empty if it can."""
    own, other = (read_json(bundle / "transform.json") for bundle in bundles)
    if own == other:
        return list(nlls), ""
    if reason := _hindrance(own, other):
        return [nlls[0], np.full(len(frame), np.nan)], reason
    return [nlls[0], nlls[1] + log_slope_N(frame, own) - log_slope_N(frame, other)], ""


def log_slope_N(frame: pd.DataFrame, transform: dict[str, Any]) -> np.ndarray:
    """Return the sum of log |dz/dx| over a row's observed numbers; of angles and of plain scales with their tails."""
    total_N = np.zeros(len(frame))
    shapes = transform["shapes"] or [{}] * len(transform["scale"])
    for column, center, scale, shape in zip(
        _numeric(transform), transform["center"], transform["scale"], shapes, strict=True
    ):
        if center is None:
            continue
        z_N = (as_numbers(frame[column.name]) - center) / scale
        beyond_N = np.zeros(len(z_N)) if shape.get("wraps") else np.log1p(np.maximum(np.abs(z_N) - TAIL, 0.0))
        total_N += np.where(np.isfinite(z_N), -np.log(scale) - np.nan_to_num(beyond_N), 0.0)
    return total_N


def _hindrance(own: dict[str, Any], other: dict[str, Any]) -> str:
    if [item["name"] for item in own["columns"]] != [item["name"] for item in other["columns"]]:
        return "the two model different columns, so their densities are of different rows"
    if own["levels"] != other["levels"]:
        return "the two know different levels of a category"
    if [value is None for value in own["center"]] != [value is None for value in other["center"]]:
        return "a column had no value in the training rows of one of the two"
    bent = [
        column.name
        for column, *shapes in zip(_numeric(own), _shapes(own), _shapes(other), strict=True)
        if shapes[0] != shapes[1] or any(key in shape for shape in shapes for key in _CURVED)
    ]
    return f"the two put column {bent[0]} on scales that no factor joins" if bent else ""


def _shapes(transform: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = transform["shapes"] or [{} for _ in transform["scale"]]
    return [{key: value for key, value in shape.items() if key != "is_count"} for shape in found]


def _numeric(transform: dict[str, Any]) -> list[ColumnSpec]:
    columns = [ColumnSpec.from_json(item) for item in transform["columns"]]
    return [column for column in columns if not column.is_discrete]
