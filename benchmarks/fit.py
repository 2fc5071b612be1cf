"""CPU time and peak memory of `vaegis.fit` on a table of 20 columns, and rows a CPU second of what it scores and draws.

13 amounts, 3 counts and 4 columns of words that depend on each other. All by the defaults, the generator included.

    OMP_NUM_THREADS=1 python -m benchmarks.fit [--rows 200] [--json]
"""

import argparse
import json
import resource
import time
from typing import Final

import numpy as np
import pandas as pd
import torch

import vaegis

AMOUNTS: Final = 13
COUNTS: Final = 3
LEVELS: Final = (3, 5, 12, 40)
SCORED: Final = 4_096
"""Rows that are scored for the rate of each score."""
DRAWN: Final = 65_536
"""Rows that are generated for the rate of sampling."""


def make_table(num_rows: int, seed: int = 0) -> pd.DataFrame:
    """Return rows of four hidden causes."""
    random = np.random.default_rng(seed)
    weights = np.random.default_rng(1).normal(size=(4, AMOUNTS + COUNTS + len(LEVELS)))
    causes = random.normal(size=(num_rows, 4))
    columns: dict[str, np.ndarray] = {}
    for place in range(AMOUNTS):
        columns[f"amount{place}"] = causes @ weights[:, place] + 0.3 * random.normal(size=num_rows)
    for place in range(COUNTS):
        columns[f"count{place}"] = random.poisson(np.exp(0.3 * causes @ weights[:, AMOUNTS + place]))
    for place, levels in enumerate(LEVELS):
        names = np.asarray([f"level {level}" for level in range(levels)], dtype=object)
        share = 0.5 + 0.12 * causes @ weights[:, AMOUNTS + COUNTS + place] + 0.1 * random.normal(size=num_rows)
        columns[f"words{place}"] = names[np.clip(share * levels, 0, levels - 1).astype(np.int64)]
    return pd.DataFrame(columns)


def peak_gib() -> float:
    """Return the most memory that this process held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def measure(num_rows: int) -> dict[str, float]:
    """Return seconds, memory and rates."""
    table = make_table(num_rows)
    figures = {"rows": float(num_rows), "frame_gib": table.memory_usage(deep=True).sum() / 2**30}
    figures["before_gib"] = peak_gib()
    walls, start = time.perf_counter(), time.process_time()
    model = vaegis.fit(table, seed=0)
    figures |= {"fit_s": time.process_time() - start, "fit_wall_s": time.perf_counter() - walls}
    figures["peak_gib"] = peak_gib()
    fresh = make_table(SCORED, seed=2)
    model.score(fresh.head(512))
    start = time.process_time()
    model.score(fresh)
    figures["scored_per_s"] = SCORED / (time.process_time() - start)
    start = time.process_time()
    model.sample(DRAWN)
    figures["drawn_per_s"] = DRAWN / (time.process_time() - start)
    return figures


def main() -> None:
    """Print one line, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    figures = measure(options.rows)
    print(json.dumps(figures) if options.json else "  ".join(f"{name} {value:,.2f}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
