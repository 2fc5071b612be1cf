"""What live rows will be held against: the distribution of every column of the admitted rows, column by column."""

from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

QUANTILES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
LEVELS: Final = 50
"""Most frequent levels that are kept by name; the rest is one share."""
_DIGITS: Final = 6


def reference(rows: Path) -> dict[str, Any]:
    """Return shares of missing cells and of levels, quantiles of numbers, spans of times; one column in memory."""
    file = pq.ParquetFile(rows)
    columns = {name: _describe(file.read(columns=[name]).column(0)) for name in sorted(file.schema_arrow.names)}
    return {"rows": file.metadata.num_rows, "columns": columns}


def _describe(cells: pa.ChunkedArray) -> dict[str, Any]:
    known = cells.drop_null()
    about: dict[str, Any] = {"type": str(cells.type), "missing": _short(cells.null_count / max(len(cells), 1))}
    if not len(known):
        return about
    if pa.types.is_timestamp(cells.type):
        ends = pc.min_max(known).as_py()
        return {**about, "from": ends["min"].isoformat(), "to": ends["max"].isoformat()}
    if pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type) or pa.types.is_decimal(cells.type):
        return {**about, **_numbers(known.cast(pa.float64()))}
    return {**about, **_levels(known)}


def _numbers(known: pa.ChunkedArray) -> dict[str, Any]:
    finite = known.filter(pc.is_finite(known))
    if not len(finite):
        return {}
    found = pc.quantile(finite, q=list(QUANTILES)).to_pylist()
    return {
        "mean": _short(pc.mean(finite).as_py()),
        "std": _short(pc.stddev(finite).as_py()),
        "quantiles": {f"{share:g}": _short(value) for share, value in zip(QUANTILES, found, strict=True)},
    }


def _levels(known: pa.ChunkedArray) -> dict[str, Any]:
    counted = [(str(item["values"]), item["counts"]) for item in pc.value_counts(known.combine_chunks()).to_pylist()]
    ordered = sorted(counted, key=lambda item: (-item[1], item[0]))
    kept = {name: _short(count / len(known)) for name, count in ordered[:LEVELS]}
    return {"levels": kept, "other_levels": len(ordered) - len(kept)}


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
