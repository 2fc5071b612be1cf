"""How well each column is given back, in its unit. N rows, X columns, R replicates."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.shapes import full_turn, shorter_way
from vaegis.data.transform import as_text
from vaegis.evaluation.bootstrap import Bootstrap, percentiles


@dataclass(frozen=True, slots=True)
class Cells:
    """One column's cells; NaN where nothing was observed or expected."""

    column: ColumnSpec
    error_N: np.ndarray
    """Expected from observed, in the unit (angles: by the shorter way; times: seconds); levels: 1 if not the same."""
    away_N: np.ndarray
    """Observed from the column's mean; none for levels."""
    inside_N: np.ndarray
    """Whether the observed value lies in the band; none for levels."""

    @property
    def known_N(self) -> np.ndarray:
        """Return where there is something to compare."""
        return np.asarray(np.isfinite(self.error_N))


def column_cells(
    observed: pd.DataFrame,
    expected: pd.DataFrame,
    low: pd.DataFrame,
    high: pd.DataFrame,
    columns: Sequence[ColumnSpec],
) -> list[Cells]:
    """Compare rows with what was expected of them, column by column.

    Categories are compared as the levels that a model knows.
    """
    found = []
    for column in columns:
        name = column.name
        if column.is_discrete:
            found.append(_named(column, observed[name], expected[name]))
        else:
            found.append(_numbers(column, *(as_numbers(frame[name]) for frame in (observed, expected, low, high))))
    return found


def column_errors(cells: Sequence[Cells], observed: pd.DataFrame, learnt: Collection[str]) -> pd.DataFrame:
    """Return one row a column: unit, rmse, mae (in the unit), r2, coverage of the band; accuracy for categories.

    `majority` is the accuracy of naming the most frequent level. Only columns that varied in training (`learnt`) have
    an `r2`: of the others there was nothing to learn, and any change would make it minus a very large number.
    """
    records = []
    for cell in cells:
        name, known_N = cell.column.name, cell.known_N
        record: dict[str, Any] = {"column": name, "unit": cell.column.unit, "rows": int(known_N.sum())}
        if record["rows"]:
            record |= _levels(cell, observed[name]) if cell.column.is_discrete else _amounts(cell)
        if name not in learnt:
            record["r2"] = float("nan")
        records.append(record)
    order = ["column", "unit", "rows", "rmse", "mae", "r2", "coverage", "accuracy", "majority"]
    return pd.DataFrame(records).reindex(columns=order)


def resample_columns(cells: Sequence[Cells], draws: Bootstrap) -> dict[str, np.ndarray]:
    """Return rmse, r2, coverage and accuracy of every column by replicate, each (R, X); NaN where they do not apply."""
    figures: dict[str, list[np.ndarray]] = {name: [] for name in ("rmse", "r2", "coverage", "accuracy")}
    for cell in cells:
        for name, values_R in _resampled(cell, draws).items():
            figures[name].append(values_R)
    return {name: np.stack(columns, axis=1) if columns else np.empty((0, 0)) for name, columns in figures.items()}


def with_intervals(table: pd.DataFrame, replicates: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return the table with the ends of each figure's interval, where there is one."""
    table = table.copy()
    for name in ("rmse", "r2", "accuracy"):
        ends = [percentiles(values_R) or (np.nan, np.nan) for values_R in replicates[name].T]
        table[[f"{name}_low", f"{name}_high"]] = np.array(ends).reshape(len(table), 2)
        table.loc[table[name].isna(), [f"{name}_low", f"{name}_high"]] = np.nan
    return table


def _named(column: ColumnSpec, observed: pd.Series, expected: pd.Series) -> Cells:
    known_N, wrong_N = observed.notna().to_numpy(), np.full(len(observed), np.nan)
    wrong_N[known_N] = as_text(observed).to_numpy()[known_N] != as_text(expected).to_numpy()[known_N]
    return Cells(column, wrong_N, np.empty(0), np.empty(0))


def _numbers(
    column: ColumnSpec, observed_N: np.ndarray, expected_N: np.ndarray, low_N: np.ndarray, high_N: np.ndarray
) -> Cells:
    known_N = np.isfinite(observed_N) & np.isfinite(expected_N)
    error_N, away_N, inside_N = (np.full(len(known_N), np.nan) for _ in range(3))
    x_N, centre_N = observed_N[known_N], expected_N[known_N]
    if len(x_N):
        error_N[known_N] = x_N - centre_N
        away_N[known_N] = x_N - x_N.mean()
        if column.kind == "angle":
            turn = full_turn(x_N, column)
            middle = np.angle(np.exp(2j * np.pi * x_N / turn).mean()) * turn / (2 * np.pi)
            error_N[known_N] = shorter_way(x_N - centre_N, turn)
            away_N[known_N] = shorter_way(x_N - middle, turn)
            x_N = centre_N + error_N[known_N]  # the same directions, written on the side where the band is
        inside_N[known_N] = (low_N[known_N] <= x_N) & (x_N <= high_N[known_N])
    return Cells(column, error_N, away_N, inside_N)


def _amounts(cell: Cells) -> dict[str, float]:
    error_N, away_N = cell.error_N[cell.known_N], cell.away_N[cell.known_N]
    # An angle's mean direction is where its distances are least, not where they cancel.
    variance = float((away_N**2).mean() if cell.column.kind == "angle" else away_N.var())
    square = float((error_N**2).mean())
    return {
        "rmse": float(np.sqrt(square)),
        "mae": float(np.abs(error_N).mean()),
        "r2": 1.0 - square / variance if variance > 0 else float("nan"),
        "coverage": float(cell.inside_N[cell.known_N].mean()),
    }


def _levels(cell: Cells, observed: pd.Series) -> dict[str, float]:
    shares = as_text(observed)[cell.known_N].value_counts(normalize=True)
    return {"accuracy": float(1.0 - cell.error_N[cell.known_N].mean()), "majority": float(shares.iloc[0])}


def _resampled(cell: Cells, draws: Bootstrap) -> dict[str, np.ndarray]:
    known_N = cell.known_N.astype(np.float64)
    nothing_R = np.full(len(draws.counts_RB), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        if cell.column.is_discrete:
            rows_R, wrong_R = draws.sums(np.stack([known_N, np.nan_to_num(cell.error_N)], axis=1)).T
            return {"rmse": nothing_R, "r2": nothing_R, "coverage": nothing_R, "accuracy": 1.0 - wrong_R / rows_R}
        values = (known_N, cell.error_N**2, cell.away_N, cell.away_N**2, cell.inside_N)
        rows_R, *totals = draws.sums(np.nan_to_num(np.stack(values, axis=1))).T
        square_R, mean_R, away_R, inside_R = (total_R / rows_R for total_R in totals)
        variance_R = away_R if cell.column.kind == "angle" else away_R - mean_R**2
        r2_R = np.where(variance_R > 0, 1.0 - square_R / variance_R, np.nan)
    return {"rmse": np.sqrt(square_R), "r2": r2_R, "coverage": inside_R, "accuracy": nothing_R}
