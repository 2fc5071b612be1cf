"""How well rows are given back: each column in its unit, and the whole row in nats. N rows."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.shapes import full_turn, shorter_way
from vaegis.data.transform import as_text
from vaegis.fitted.model import FittedModel


def column_errors(
    observed: pd.DataFrame,
    expected: pd.DataFrame,
    low: pd.DataFrame,
    high: pd.DataFrame,
    columns: Sequence[ColumnSpec],
    learnt: Collection[str],
) -> pd.DataFrame:
    """Return one row a column: unit, rmse, mae (in the unit), r2, coverage of the band; accuracy for categories.

    Of angles every distance is by the shorter way; of times, in seconds.
    Categories are compared as the levels that a model knows; `majority` is the accuracy of naming the most frequent.
    Only columns that varied in training (`learnt`) have an `r2`: of the others there was nothing to learn, and any
    change would make it minus a very large number.
    """
    records = []
    for column in columns:
        name = column.name
        record: dict[str, Any] = {"column": name, "unit": column.unit}
        if column.is_discrete:
            record |= _discrete(observed[name], expected[name])
        else:
            record |= _numeric(column, *(as_numbers(frame[name]) for frame in (observed, expected, low, high)))
        if name not in learnt:
            record["r2"] = float("nan")
        records.append(record)
    order = ["column", "unit", "rows", "rmse", "mae", "r2", "coverage", "accuracy", "majority"]
    return pd.DataFrame(records).reindex(columns=order)


def worst_rows(model: FittedModel, test: pd.DataFrame, score: pd.Series, num_rows: int) -> pd.DataFrame:
    """Return the highest scores with their three most surprising columns: observed, expected, unit.

    One row for an entity and day: an episode would fill the table otherwise.
    """
    schema = model.schema
    ids, day = schema.row_ids(test), pd.to_datetime(test[schema.time], utc=True).dt.floor("D")
    peaks = score.groupby([*(test[key] for key in schema.keys), day]).idxmax()
    worst = score.loc[peaks].sort_values(ascending=False, kind="stable").index[:num_rows]
    table = model.explain(test.loc[worst], top=3)
    units = {column.name: column.unit for column in schema.features}
    rows = table.index
    table = table.assign(row_id=ids[rows].to_numpy(), score=score[rows].to_numpy(), unit=table["column"].map(units))
    return table.sort_values(["score", "row_id", "contribution"], ascending=[False, True, False])


def _numeric(
    column: ColumnSpec, observed_N: np.ndarray, expected_N: np.ndarray, low_N: np.ndarray, high_N: np.ndarray
) -> dict[str, float]:
    present = np.isfinite(observed_N) & np.isfinite(expected_N)
    x_N = observed_N[present]
    if not len(x_N):
        return {"rows": 0}
    error_N = x_N - expected_N[present]
    variance = float(x_N.var())
    if column.kind == "angle":
        turn = full_turn(x_N, column)
        error_N, variance = shorter_way(error_N, turn), _turned_variance(x_N, turn)
        x_N = expected_N[present] + error_N  # the same directions, written on the side where the band is
    return {
        "rows": len(x_N),
        "rmse": float(np.sqrt((error_N**2).mean())),
        "mae": float(np.abs(error_N).mean()),
        "r2": 1.0 - float((error_N**2).mean()) / variance if variance > 0 else float("nan"),
        "coverage": float(((low_N[present] <= x_N) & (x_N <= high_N[present])).mean()),
    }


def _turned_variance(x_N: np.ndarray, turn: float) -> float:
    """Return the mean squared distance from the mean direction."""
    middle = np.angle(np.exp(2j * np.pi * x_N / turn).mean()) * turn / (2 * np.pi)
    return float((shorter_way(x_N - middle, turn) ** 2).mean())


def _discrete(observed: pd.Series, expected: pd.Series) -> dict[str, float]:
    present = observed.notna().to_numpy()
    if not present.any():
        return {"rows": 0}
    texts = as_text(observed)[present]
    same = texts.to_numpy() == as_text(expected).to_numpy()[present]
    majority = float(texts.value_counts(normalize=True).iloc[0])
    return {"rows": int(present.sum()), "accuracy": float(same.mean()), "majority": majority}
