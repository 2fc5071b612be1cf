"""A million generated rows, drawn and measured, and the memory it took.

With `--heads` instead the rate at which the column-wise heads of an autoencoder draw rows (target: 100,000 a CPU
second), all of them as one frame, as `sample` gives them.

    OMP_NUM_THREADS=1 python -m benchmarks.synthesis_million [--table census] [--rows 1000000] [--heads]
"""

import argparse
import json
import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import torch

import vaegis
from benchmarks.synthesis import fit
from benchmarks.synthesis_tables import TABLES, Table
from vaegis.evaluation.distance import RowSpace
from vaegis.evaluation.privacy.keys import row_keys
from vaegis.evaluation.synthetic.manifold import manifold
from vaegis.evaluation.synthetic.shapes import column_shapes
from vaegis.evaluation.synthetic.trends import pair_trends, trend_score
from vaegis.evaluation.synthetic.two_sample import two_sample

SAMPLE = 3_000
"""Rows that neighbours are sought among."""


def heads(table: Table, num_rows: int) -> dict[str, float]:
    """Return rows a CPU second of a model without a generator; the second time must give the same bytes."""
    settings = {"train": {"epochs": 5}, "score": {"mode": "elbo"}, "generator": {"kind": "none"}}
    torch.set_num_threads(1)
    model = vaegis.fit(table.train, settings, seed=0)
    first = model.sample(1_000, seed=1)
    start = time.process_time()
    rows = model.sample(num_rows, seed=0)
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    same = float(first.equals(model.sample(1_000, seed=1)))
    return {"rows": float(len(rows)), "cpu_s": spent, "rows_per_s": num_rows / spent, "same": same, "peak_gib": peak}


def generated(table: Table, num_rows: int) -> dict[str, Any]:
    """Return figures, CPU seconds and peak memory of the generator's rows."""
    columns, times = table.columns, {}
    start = time.process_time()
    generator = fit(table, 0)
    times["fit"] = time.process_time() - start

    def chunks() -> Iterator[pd.DataFrame]:
        return generator.stream(num_rows, 0)

    def timed(name: str, measure: Callable[[], Any]) -> Any:
        begun = time.process_time()
        found = measure()
        times[name] = time.process_time() - begun
        return found

    known = np.unique(row_keys(table.train, columns))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    shapes = timed("shapes", lambda: column_shapes(table.train, chunks(), columns))
    pairs = timed("trends", lambda: pair_trends(table.train, chunks, columns))
    copies = timed("copies", lambda: sum(int(np.isin(row_keys(part, columns), known).sum()) for part in chunks()))
    first = next(iter(chunks()))
    space = RowSpace.fit(table.train, columns)
    near = timed("neighbours", lambda: manifold(*(space.points(rows.head(SAMPLE)) for rows in (table.test, first))))
    apart = timed("two-sample", lambda: two_sample(table.test, first, columns))
    figures = {
        "shapes": float(shapes["shape"].mean()),
        "trends": trend_score(pairs),
        "copies": copies / num_rows,
        "c2st": apart.value,
        **{name: item.value for name, item in near.items()},
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"figures": figures, "cpu_s": times, "before_gib": before, "peak_gib": peak}


def main() -> None:
    """Print figures, CPU seconds and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--table", default="census", choices=sorted(TABLES))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--heads", action="store_true", help="only the rate of the column-wise heads")
    options = parser.parse_args()
    table = TABLES[options.table]()
    print(json.dumps((heads if options.heads else generated)(table, options.rows), indent=2))


if __name__ == "__main__":
    main()
