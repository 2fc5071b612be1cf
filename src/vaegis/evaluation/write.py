"""Evidence as files: metrics for `dvc metrics diff`, tables, plots for `dvc plots`, figures."""

from pathlib import Path
from typing import Any, Final

import pandas as pd

from vaegis.durable import replacing, write_json
from vaegis.evaluation.bench import Bench
from vaegis.evaluation.evidence import TABLES, Evidence
from vaegis.evaluation.plots import PLOTS

DIGITS: Final = 6
"""Significant digits of a metric: the rest is noise."""


def write_metrics(path: Path, evidence: Evidence) -> None:
    """Write `evaluate -> topic -> metric -> number`, sorted; null where a metric cannot be computed."""
    write_json(path, {"evaluate": _rounded(evidence.metrics)})


def write_evidence(path: Path, evidence: Evidence) -> None:
    """Write each metric with interval, rows, unit, direction, definition, reading, and why there is no number."""
    write_json(path, _rounded(evidence.records()))


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def write_tables(folder: Path, bench: Bench, evidence: Evidence, digests: dict[str, str]) -> None:
    """Write every table as CSV, and which rows and models they speak of."""
    about: dict[str, Any] = {**bench.rows.describe(), "models": digests}
    with replacing(folder) as fresh:
        fresh.mkdir()
        for name, table in {**evidence.tables, "injected_faults": bench.injected.events}.items():
            _write_csv(fresh / f"{name}.csv", table)
        write_json(fresh / "evaluation_rows.json", about)
        write_json(fresh / "titles.json", {name: TABLES[name].title for name in evidence.tables if name in TABLES})


def write_plots(folder: Path, evidence: Evidence) -> None:
    """Write what `dvc plots` draws."""
    with replacing(folder) as fresh:
        fresh.mkdir()
        for name, make in PLOTS.items():
            _write_csv(fresh / f"{name}.csv", make(evidence))


def _write_csv(path: Path, table: pd.DataFrame) -> None:
    table.to_csv(path, index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
