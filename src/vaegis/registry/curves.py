"""Metrics over steps: sent while training runs, completed from the history file afterwards, no point twice."""

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from mlflow import MlflowClient
from mlflow.entities import Metric

from vaegis.errors import ArtifactError
from vaegis.registry.names import CURVES
from vaegis.registry.sender import Point

_STEP: Final = "step"
_BATCH: Final = 1000


def send_points(client: MlflowClient, run: str, points: Iterable[Point]) -> None:
    """Log points; repeating the same ones changes nothing, since time, step and value are the key."""
    metrics = [
        Metric(name, value, timestamp, step)
        for timestamp, step, values in points
        for name, value in values.items()
        if name in CURVES and math.isfinite(value)
    ]
    log_metrics(client, run, metrics)


def complete_curves(client: MlflowClient, run: str, history: Path) -> int:
    """Log every point of the history file that the run lacks and return how many there were."""
    rows = read_history(history)
    present = {name: {metric.step for metric in client.get_metric_history(run, name)} for name in CURVES}
    start = int(client.get_run(run).info.start_time)
    missing = [
        Metric(name, value, start + step, step)
        for step, values in rows
        for name, value in values.items()
        if name in CURVES and step not in present[name]
    ]
    log_metrics(client, run, missing)
    return len(missing)


def read_history(path: Path) -> list[tuple[int, dict[str, float]]]:
    """Read a history CSV: column `step`, and a column for each metric (`train/loss`); empty cells are left out."""
    if not path.is_file():
        raise ArtifactError(f"{path} does not exist", where="run `dvc repro`")
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        if _STEP not in (reader.fieldnames or ()):
            raise ArtifactError(f"{path} has no column `{_STEP}`", where="delete it and run `dvc repro`")
        return [(int(float(row[_STEP])), _numbers(row)) for row in reader]


def log_metrics(client: MlflowClient, run: str, metrics: Sequence[Metric]) -> None:
    """Log any number of metrics in the batches MLflow accepts."""
    for start in range(0, len(metrics), _BATCH):
        client.log_batch(run, metrics=metrics[start : start + _BATCH])


def _numbers(row: dict[str, str]) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for name, text in row.items():
        # Curves are called `stage/name`; other columns (epoch, seconds) are bookkeeping.
        if "/" in name and text and math.isfinite(value := float(text)):
            numbers[name] = value
    return numbers
