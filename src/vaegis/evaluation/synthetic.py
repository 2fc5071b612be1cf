"""Generated rows beside real ones: the reference curves, the rules of the table, the shape of every column."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp

from vaegis.contract import ColumnSpec, Rule, TableSchema
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import as_text
from vaegis.evaluation.references import Reference


def curve_table(reference: Reference, frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row a bin: x, rows of the first frame, and each frame's median of y (NaN in bins it leaves thin)."""
    curves = {name: reference.curve(frame, _enough(frame)) for name, frame in frames.items()}
    first = next(iter(curves.values()))
    table = first[["x", "rows", "median", "spread"]].rename(columns={"median": next(iter(curves))})
    for name, curve in list(curves.items())[1:]:
        table[name] = curve["median"].reindex(table.index)
    return table.reset_index(drop=True)


def curve_error(table: pd.DataFrame, real: str, other: str) -> float:
    """Return the mean |difference of medians| over bins, weighted by real rows, as a share of the real range of y."""
    both = table[table[other].notna()]
    scale = float(np.ptp(table[real].to_numpy())) if len(table) else 0.0
    if not len(both) or scale == 0:
        return float("nan")
    return float(np.average((both[other] - both[real]).abs(), weights=both["rows"]) / scale)


def column_shapes(real: pd.DataFrame, made: pd.DataFrame, columns: Sequence[ColumnSpec]) -> pd.DataFrame:
    """Return one row a column: shape = 1 - Kolmogorov-Smirnov distance, or 1 - total variation for levels."""
    records = []
    for column in columns:
        here, there = real[column.name].dropna(), made[column.name].dropna()
        shape = float("nan")
        if len(here) and len(there):
            shape = 1.0 - (_variation(here, there) if column.is_discrete else _largest_gap(here, there))
        records.append({"column": column.name, "shape": shape})
    return pd.DataFrame(records)


def rule_pass_rate(made: pd.DataFrame, schema: TableSchema, rules: Sequence[Rule]) -> float:
    """Return the share of generated rows that meet every row-level expectation that real rows must meet."""
    from vaegis.quality.rows import passing_share  # noqa: PLC0415 - loads great_expectations, seconds

    return passing_share(made, schema, rules).share


def _enough(frame: pd.DataFrame) -> int:
    return 20 if len(frame) > 5_000 else 5


def _largest_gap(here: pd.Series, there: pd.Series) -> float:
    return float(ks_2samp(as_numbers(here), as_numbers(there), method="asymp").statistic)


def _variation(here: pd.Series, there: pd.Series) -> float:
    shares = pd.concat([as_text(part).value_counts(normalize=True) for part in (here, there)], axis=1).fillna(0.0)
    return float(0.5 * (shares.iloc[:, 0] - shares.iloc[:, 1]).abs().sum())
