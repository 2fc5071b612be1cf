"""Whether all rows are served alike: the same figures by entity, by month, and by level of each category. N rows."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import TableSchema
from vaegis.data.split import entity_names
from vaegis.data.transform import as_text
from vaegis.evaluation.bootstrap import Bootstrap, percentiles
from vaegis.evaluation.reconstruction.columns import Cells

MOST_PARTS: Final = 50
"""Entities, months or levels that a slicing may have: of more nobody reads each."""
MIN_ROWS: Final = 100
"""Rows of a slice that may count as the worst: a few rows are strange by chance."""


def slicings(frame: pd.DataFrame, schema: TableSchema) -> Iterator[tuple[str, pd.Series]]:
    """Yield each way to cut rows, with the part that every row belongs to (missing: none)."""
    time = pd.to_datetime(frame[schema.time], utc=True)
    ways = [("entity", entity_names(frame, schema.keys)), ("month", time.dt.strftime("%Y-%m"))]
    ways += [(column.name, as_text(frame[column.name])) for column in schema.inputs if column.is_discrete]
    cut: list[np.ndarray] = []
    for name, part in ways:
        codes = pd.factorize(part)[0]
        # A column that names the entity cuts as the entity does.
        if 2 <= part.nunique() <= MOST_PARTS and not any(np.array_equal(codes, other) for other in cut):
            cut.append(codes)
            yield name, part


def row_error_N(cells: Sequence[Cells]) -> np.ndarray:
    """Return each row's mean squared error over its numeric columns, each in its standard deviations on these rows.

    NaN for rows without a number; columns that do not vary say nothing.
    """
    squares = []
    for cell in cells:
        if not cell.column.is_discrete and cell.known_N.any():
            variance = float(np.nanmean(cell.away_N**2))
            if variance > 0:
                squares.append(cell.error_N**2 / variance)
    if not squares:
        return np.full(len(cells[0].error_N) if cells else 0, np.nan)
    square_NX = np.stack(squares, axis=1)
    known_NX = np.isfinite(square_NX)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known_NX, square_NX, 0.0).sum(axis=1) / known_NX.sum(axis=1))


def slice_table(
    frame: pd.DataFrame, schema: TableSchema, error_N: np.ndarray, nats_N: np.ndarray, draws: Bootstrap
) -> pd.DataFrame:
    """Return one row a part: rows, error (root mean square, in standard deviations), ratio to all rows', nats per row.

    `ratio_low` and `ratio_high` are the ends of its interval.
    """
    records = []
    known_N = np.isfinite(error_N).astype(np.float64)
    error_N = np.nan_to_num(error_N)
    whole, whole_R = _root(error_N.sum(), known_N.sum()), _root(*draws.sums(np.stack([error_N, known_N], axis=1)).T)
    for slicing, part in slicings(frame, schema):
        for value in sorted(part.dropna().unique()):
            inside_N = (part == value).to_numpy(dtype=bool, na_value=False).astype(np.float64)
            here = np.stack([error_N * inside_N, known_N * inside_N], axis=1)
            error = _root(*here.sum(axis=0))
            low, high = percentiles(_root(*draws.sums(here).T) / whole_R) or (np.nan, np.nan)
            records.append(
                {
                    "slice": slicing,
                    "value": value,
                    "rows": int(inside_N.sum()),
                    "error": error,
                    "ratio": error / whole if whole > 0 else np.nan,
                    "ratio_low": low,
                    "ratio_high": high,
                    "nats": float(nats_N[inside_N > 0].mean()),
                }
            )
    columns = ["slice", "value", "rows", "error", "ratio", "ratio_low", "ratio_high", "nats"]
    return pd.DataFrame(records, columns=columns)


def column_slice_table(frame: pd.DataFrame, schema: TableSchema, cells: Sequence[Cells]) -> pd.DataFrame:
    """Return one row a part and column: rows, rmse and mae in the column's unit, or accuracy."""
    records = []
    for slicing, part in slicings(frame, schema):
        codes_N, values = pd.factorize(part, sort=True)
        for cell in cells:
            known_N = cell.known_N & (codes_N >= 0)
            error_N, code_N = cell.error_N[known_N], codes_N[known_N]
            rows_V = np.bincount(code_N, minlength=len(values))
            with np.errstate(invalid="ignore"):
                mean_V = np.bincount(code_N, np.abs(error_N), len(values)) / rows_V
                rmse_V = np.sqrt(np.bincount(code_N, error_N**2, len(values)) / rows_V)
            levels = cell.column.is_discrete
            figures = {"accuracy": 1.0 - mean_V} if levels else {"rmse": rmse_V, "mae": mean_V}
            about = {"slice": slicing, "value": values, "column": cell.column.name, "unit": cell.column.unit}
            records.append(pd.DataFrame({**about, "rows": rows_V, **figures}))
    columns = ["slice", "value", "column", "unit", "rows", "rmse", "mae", "accuracy"]
    return pd.concat(records, ignore_index=True).reindex(columns=columns) if records else pd.DataFrame(columns=columns)


def worst_slice(table: pd.DataFrame) -> pd.Series | None:
    """Return the part that is given back worst, of those with enough rows."""
    judged = table[(table["rows"] >= MIN_ROWS) & table["ratio"].notna()]
    return None if judged.empty else judged.loc[judged["ratio"].idxmax()]


def _root(total: np.ndarray | float, rows: np.ndarray | float) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sqrt(np.divide(total, rows))
