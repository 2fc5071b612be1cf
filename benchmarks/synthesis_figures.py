"""How like real rows are: SDMetrics' scores, use to a classifier, a test that tells them apart, copies."""

import pandas as pd

from benchmarks.synthesis_tables import Table
from vaegis.evaluation.privacy.keys import row_keys
from vaegis.evaluation.synthetic.shapes import column_shapes
from vaegis.evaluation.synthetic.trends import pair_trends, trend_score
from vaegis.evaluation.synthetic.two_sample import two_sample
from vaegis.evaluation.synthetic.utility import train_and_test


def figures(table: Table, rows: pd.DataFrame, seed: int) -> dict[str, float]:
    """Return every figure of rows that claim to be of the table."""
    columns = table.columns
    return {
        **scores(table, rows),
        "utility": train_and_test(rows, table.test, columns, columns[-1], seed),
        "c2st": two_sample(table.test, rows, columns, seed).value,
        "copies": float(pd.Series(row_keys(rows, columns)).isin(row_keys(table.train, columns)).mean()),
    }


def scores(table: Table, rows: pd.DataFrame) -> dict[str, float]:
    """Return column shapes and pair trends; trends also over all pairs, and cut by the real range."""
    pairs = pair_trends(table.train, rows, table.columns)
    anchored = pair_trends(table.train, rows, table.columns, anchored=True)
    return {
        "shapes": float(column_shapes(table.train, rows, table.columns)["shape"].mean()),
        "trends": trend_score(pairs),
        "anchored": trend_score(anchored),
        "all_pairs": trend_score(pairs, every=True),
    }
