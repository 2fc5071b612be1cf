"""Error rates of `vaegis monitor`: false alarms, what it finds, how soon; and 2015 against 2014 where they are at hand.

python -m benchmarks.monitoring                # worlds whose changes are known, some minutes
python -m benchmarks.monitoring --project .    # also the wind farm, in a project after `make repro`
"""

import argparse
import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.monitoring_farm import farm
from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring.judge import judge
from vaegis.monitoring.reference import Reference
from vaegis.monitoring.status import WARNING, decide
from vaegis.monitoring.stream import day_values, weigh

CONFIG = MonitorConfig()
_FILE = Path(__file__).parents[1] / "tests/fixtures/monitoring_world.py"
CHANGES: dict[str, list[dict[str, float]]] = {
    "scale": [{"scale": 1.1}, {"scale": 1.3}, {"scale": 1.6}],
    "mean": [{"mean": 0.15}, {"mean": 0.3}, {"mean": 0.6}],
    "correlation only (0.5 before)": [{"correlation": 0.35}, {"correlation": 0.2}, {"correlation": -0.2}],
    "missingness (0.02 before)": [{"missing": 0.04}, {"missing": 0.06}, {"missing": 0.1}],
    "mixture": [{"mixture": 0.01}, {"mixture": 0.03}, {"mixture": 0.1}],
}


def main() -> None:
    """Print every figure as a line of a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path, help="folder with models/candidate, its reference and clean rows")
    parser.add_argument("--batches", type=int, default=500, help="batches without a change")
    parser.add_argument("--runs", type=int, default=200, help="years of days without a change; a tenth for each delay")
    asked = parser.parse_args()
    World = _world()
    for line in (*nulls(World, asked.batches), *powers(World), *delays(World, asked.runs)):
        print(line, flush=True)
    if asked.project:
        for line in (*own_rows(asked.project), *farm(asked.project, CONFIG)):
            print(line, flush=True)


def nulls(World: Any, batches: int) -> Iterator[str]:
    """Yield the share of unchanged batches that are warned of; days may resemble their neighbours."""
    for memory in (0.0, 0.6):
        for days in (1, 7):
            warned = 0
            for number in range(batches):
                if number % 25 == 0:
                    world = World(1000 + number, memory=memory)
                warned += _warns(world.reference, *world.batch(days, at=400 + 10 * number))
            yield f"no change, memory {memory}, {days} days: {warned / batches:.3f} of {batches} batches warned of"


def powers(World: Any, batches: int = 40) -> Iterator[str]:
    """Yield the share of changed batches that are warned of."""
    world = World(1)
    for name, changes in CHANGES.items():
        for change in changes:
            found = [
                np.mean([_warns(world.reference, *world.batch(days, **change)) for _ in range(batches)])
                for days in (1, 7)
            ]
            yield f"{name} {next(iter(change.values()))}: {found[0]:.2f} of single days, {found[1]:.2f} of weeks"


def delays(World: Any, runs: int) -> Iterator[str]:
    """Yield how often a year without a change ever raises an alarm, and after how many days a change does."""
    for memory in (0.0, 0.6, 0.8, 0.9, 0.98):
        ever = [_first_alarm(World(5000 + run, memory=memory), 365) < np.inf for run in range(runs)]
        yield f"no change, memory {memory}: {np.mean(ever):.3f} of {runs} years raise an alarm"
    changes = [
        {"scale": 1.3},
        {"mean": 0.3},
        {"correlation": 0.2},
        {"mixture": 0.03},
        {"missing": 0.04},
        {"missing": 0.1},
    ]
    for change in changes:
        days = [_first_alarm(World(7000 + run), 120, **change) for run in range(max(5, runs // 10))]
        yield f"{change}: alarm after {np.median(days):.0f} days (median), {np.max(days):.0f} at most"


def own_rows(project: Path) -> Iterator[str]:
    """Yield false alarms among the project's own held-out days, each judged by a reference without it."""
    reference = Reference.load(project / "models/candidate_reference.safetensors")
    held = np.flatnonzero(reference.held_B)
    for days in (1, 2, 3, 5, 6):
        runs = [held[at : at + days] for at in range(len(held) - days + 1)]
        runs = [run for run in runs if np.ptp(reference.start_B[run]) == days - 1]
        warned = [_warns(without(reference, run), reference.start_B[run], _sums(reference, run)) for run in runs]
        yield f"own rows, {days} days in a row: {np.mean(warned):.3f} of {len(runs)} batches warned of"


def without(reference: Reference, blocks: np.ndarray) -> Reference:
    """Return a reference without some of its blocks."""
    kept = ~np.isin(np.arange(len(reference.start_B)), blocks)
    names = ("start_B", "rows_B", "held_B", "sums_BF")
    return replace(reference, **{name: getattr(reference, name)[kept] for name in names})


def _sums(reference: Reference, run: np.ndarray) -> np.ndarray:
    return reference.sums_BF[run].astype(np.float64)


def _warns(reference: Reference, start: np.ndarray, sums: np.ndarray) -> bool:
    return decide(judge(reference, start, sums, CONFIG), 0.0, {}, 0.0, CONFIG).word == WARNING


def _first_alarm(world: Any, days: int, **change: float) -> float:
    values = day_values(world.reference, *world.batch(days, **change), CONFIG)
    evidence = weigh(values.reference, values.new, "benchmark")
    over = [step for step, capital in enumerate(evidence.total) if capital >= 1.0 / CONFIG.alarm_level]
    return over[0] if over else np.inf


def _world() -> Any:
    spec = importlib.util.spec_from_file_location("monitoring_world", _FILE)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(_FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.World


if __name__ == "__main__":
    main()
