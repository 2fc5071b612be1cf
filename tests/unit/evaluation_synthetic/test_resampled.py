"""Figures of halves are those that the metrics' own functions find in them, bins and pairs held fixed."""

import numpy as np
import pandas as pd
import pytest

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.halves import halve, masks
from vaegis.evaluation.references import Reference
from vaegis.evaluation.synthetic.curves import curve_error, curve_table
from vaegis.evaluation.synthetic.pair_counts import count_pairs
from vaegis.evaluation.synthetic.resampled import halve_curve, resample_pairs, resample_shapes
from vaegis.evaluation.synthetic.shapes import column_shapes
from vaegis.evaluation.synthetic.trends import coders, pair_trends

REAL, MADE = rows(1_200, 0), rows(800, 1).assign(a=lambda frame: 1.1 * frame["a"])
HALVES = halve(Bootstrap.of_blocks(np.arange(1_200) // 24, 5, 0), 0), halve(Bootstrap.of_rows(800, 5, 0), 1)


def halves():
    """Yield the rows of each half of both tables."""
    for inside_N, inside_M in zip(*map(masks, HALVES), strict=True):
        yield REAL[inside_N], MADE[inside_M]


def test_shapes():
    found = resample_shapes(REAL, MADE, COLUMNS, HALVES)
    exact = [column_shapes(real, made, COLUMNS)["shape"].mean() for real, made in halves()]
    np.testing.assert_allclose(found, exact, atol=0.002)


def test_columns_without_values_have_no_part_in_the_mean():
    nothing = REAL.assign(b=np.nan)
    found = resample_shapes(nothing, MADE, COLUMNS, HALVES)
    np.testing.assert_array_equal(found, resample_shapes(REAL, MADE, [c for c in COLUMNS if c.name != "b"], HALVES))
    assert resample_shapes(nothing, MADE, COLUMNS[1:2], HALVES).size == 0


@pytest.mark.parametrize("anchored", [False, True])
def test_pairs(anchored):
    found = resample_pairs(REAL, MADE, COLUMNS, HALVES, anchored=anchored)
    names = pair_trends(REAL, MADE, COLUMNS)[["first", "second"]].itertuples(index=False)
    whole = coders(REAL, lambda: [MADE], COLUMNS, anchored=anchored)
    counts = [[count_pairs([part], coder) for part, coder in zip(half, whole, strict=True)] for half in halves()]
    for pair, (first, second) in enumerate(names):
        for half, (here, there) in enumerate(counts):
            if (first, second) in here.joint:
                shares = (side.joint[first, second] / side.rows for side in (here, there))
                exact = 1.0 - 0.5 * np.abs(np.subtract(*shares)).sum()
            else:
                exact = 1.0 - 0.5 * abs(here.correlation(first, second) - there.correlation(first, second))
            assert found[half, pair] == pytest.approx(exact, abs=1e-9)


def test_pairs_that_do_not_vary_have_no_score():
    found = resample_pairs(REAL.assign(a=1.0), MADE, COLUMNS, HALVES)
    first = pair_trends(REAL, MADE, COLUMNS)["first"] == "a"
    assert np.isnan(found[:, first & (pair_trends(REAL, MADE, COLUMNS)["second"] == "b")]).all()


def test_curves():
    curve = Reference(name="curve", x="a", y="b", bin_width=0.5)
    table = curve_table(curve, {"real": REAL, "generated": MADE})
    found = halve_curve(curve, table, (REAL, MADE), HALVES)
    for half, (real, made) in enumerate(halves()):
        here, there = (frame.groupby(curve.bins(frame))["b"].agg(["median", "size"]) for frame in (real, made))
        bins = np.floor(table["x"] / 0.5)
        thinned = pd.DataFrame({"real": here["median"], "rows": here["size"], "generated": there["median"]})
        assert found[half] == pytest.approx(
            curve_error(thinned.reindex(bins).dropna(subset="real"), "real", "generated")
        )
