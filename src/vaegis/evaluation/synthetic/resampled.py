"""How sure figures of generated rows are: those of halves of real and of generated rows. R replicates, P pairs.

Bins, levels and the pairs that count as associated stay those of all rows.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import as_text
from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.gaps import gap_between, variation_between
from vaegis.evaluation.halves import Two, masks
from vaegis.evaluation.references import Reference
from vaegis.evaluation.synthetic.curves import curve_error
from vaegis.evaluation.synthetic.pair_counts import correlations, pair_moments
from vaegis.evaluation.synthetic.trends import coders


def resample_shapes(real: pd.DataFrame, made: pd.DataFrame, columns: Sequence[ColumnSpec], draws: Two) -> np.ndarray:
    """Return the mean shape of the columns that have values in both tables, (R,)."""
    gaps = []
    for column in columns:
        here, there = real[column.name], made[column.name]
        if not (here.notna().any() and there.notna().any()):
            continue
        if column.is_discrete:
            code = pd.factorize(pd.concat([as_text(here), as_text(there)]))[0]
            code = np.where(np.concatenate([here.isna(), there.isna()]), -1, code)
            gaps.append(variation_between(code[: len(here)], code[len(here) :], draws))
        else:
            gaps.append(gap_between(as_numbers(here), as_numbers(there), draws))
    return 1.0 - np.mean(gaps, axis=0) if gaps else np.empty(0)


def resample_pairs(
    real: pd.DataFrame, made: pd.DataFrame, columns: Sequence[ColumnSpec], draws: Two, *, anchored: bool = False
) -> np.ndarray:
    """Return the score of each pair, in the order of `pair_trends`, (R, P)."""
    by = coders(real, lambda: [made], columns, anchored=anchored)
    frames = (real, made)
    here_RDD, there_RDD = (
        _correlations(coder.amounts(frame), one) for coder, frame, one in zip(by, frames, draws, strict=True)
    )
    amounts_RDD, place = 1.0 - np.abs(here_RDD - there_RDD) / 2.0, {name: d for d, name in enumerate(by[0].scale)}
    codes = [{c.name: coder.codes(frame[c.name], c) for c in columns} for coder, frame in zip(by, frames, strict=True)]
    scores = []
    for a, b in combinations(columns, 2):
        if a.name in place and b.name in place:
            scores.append(amounts_RDD[:, place[a.name], place[b.name]])
        else:
            here, there = (code[a.name] * by[0].width(b) + code[b.name] for code in codes)
            scores.append(1.0 - variation_between(here, there, draws))
    return np.stack(scores, axis=1) if scores else np.empty((0, 0))


def _correlations(values_ND: np.ndarray, draws: Bootstrap) -> np.ndarray:
    """Return the correlations of amounts by replicate, (R, D, D); memory does not follow the number of blocks."""
    moments_R4DD = np.zeros((len(draws.counts_RB), 4, *2 * values_ND.shape[1:]))
    rows_B = np.bincount(draws.block_N, minlength=draws.num_blocks)
    for block, rows_N in enumerate(np.split(np.argsort(draws.block_N, kind="stable"), np.cumsum(rows_B)[:-1])):
        moments_R4DD += draws.counts_RB[:, block, None, None, None] * pair_moments(values_ND[rows_N])
    return correlations(moments_R4DD)


def halve_curve(
    reference: Reference, table: pd.DataFrame, frames: tuple[pd.DataFrame, pd.DataFrame], halves: Two
) -> np.ndarray:
    """Return the error of a curve in halves of real and of generated rows, (R,), over the bins of its table."""
    bins_B = np.floor(table["x"].to_numpy() / reference.bin_width)
    parts = (_medians(reference, frame, bins_B, one) for frame, one in zip(frames, halves, strict=True))
    errors = []
    for (real_B, rows_B), (made_B, _) in zip(*parts, strict=True):
        thinned = pd.DataFrame({"real": real_B, "generated": made_B, "rows": rows_B})
        errors.append(curve_error(thinned[rows_B > 0], "real", "generated"))
    return np.array(errors)


def _medians(
    reference: Reference, frame: pd.DataFrame, bins_B: np.ndarray, halves: Bootstrap
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the median of y in each bin, NaN where it is empty, and its rows; rows are put in order once."""
    y_N = frame[reference.y].to_numpy(dtype=np.float64)
    bin_N = pd.Index(bins_B).get_indexer(pd.Index(reference.bins(frame)))
    order = np.lexsort((y_N, bin_N))
    order = order[(bin_N >= 0)[order] & np.isfinite(y_N)[order]]
    for inside_N in masks(halves):
        kept = order[inside_N[order]]
        rows_B = np.bincount(bin_N[kept], minlength=len(bins_B))
        first_B, sorted_N = np.cumsum(rows_B) - rows_B, np.append(y_N[kept], np.nan)
        ends = (np.where(rows_B > 0, first_B + half, -1) for half in ((rows_B - 1) // 2, rows_B // 2))
        yield np.mean([sorted_N[end] for end in ends], axis=0), rows_B
