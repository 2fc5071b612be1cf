"""The metrics that two models can be compared by, row by row. N rows, P rows with faults, R resamples."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.shapes import full_turn, shorter_way
from vaegis.data.transform import as_text
from vaegis.evaluation.comparison.ask import Answers
from vaegis.evaluation.comparison.difference import Difference, judge
from vaegis.evaluation.comparison.paired import Blocks, ranking_R
from vaegis.evaluation.comparison.rows import ComparedRows


def likelihood(scaled: tuple[list[np.ndarray], str], told: Sequence[Answers], blocks: Blocks) -> Iterator[Difference]:
    """Yield the importance-weighted bound, on the first model's scale."""
    nlls, reason = scaled
    points = [answers for answers in told if answers.kind == "autoencoder"]
    if points:
        reason = "a deterministic autoencoder has no likelihood"
    rows = int(np.isfinite(nlls[0]).sum())
    means = [blocks.mean_R(nll_N) for nll_N in nlls]
    yield judge("evaluate/reconstruction/nll", means, blocks, "lower", "nats per row", rows, reason)


def columns(
    shared: Sequence[ColumnSpec], frame: pd.DataFrame, told: Sequence[Answers], blocks: Blocks
) -> Iterator[Difference]:
    """Yield the mean R2 and accuracy over the columns that both model, then each column's own."""
    each: list[Difference] = []
    found: dict[str, list[list[np.ndarray]]] = {"r2": [], "accuracy": []}
    for column in shared:
        name = "accuracy" if column.is_discrete else "r2"
        observed = frame[column.name]
        made = [_given_back(column, observed, answers.rows[f"expected:{column.name}"], blocks) for answers in told]
        if name == "r2" and not all(np.isfinite(item[0]) for item in made):
            continue  # constant here: nothing to explain
        found[name].append(made)
        path = f"columns/{column.name}/{name}"
        each.append(judge(path, made, blocks, "higher", "share", int(observed.notna().sum())))
    for name, metric in (("r2", "mean_r2"), ("accuracy", "accuracy")):
        if found[name]:
            means = [np.mean([pair[side] for pair in found[name]], axis=0) for side in (0, 1)]
            yield judge(f"evaluate/reconstruction/{metric}", means, blocks, "higher", "share", len(frame))
    yield from each


def _given_back(column: ColumnSpec, observed: pd.Series, expected: pd.Series, blocks: Blocks) -> np.ndarray:
    """Return R2 (or accuracy) of one model and column under each resample, (R,)."""
    if column.is_discrete:
        texts, named = as_text(observed), as_text(expected)
        return blocks.mean_R(np.where(texts.notna(), (texts == named).astype(float), np.nan))
    x_N, made_N = as_numbers(observed), as_numbers(expected)
    error_N = x_N - made_N
    if column.kind == "angle":
        error_N = shorter_way(error_N, full_turn(x_N[np.isfinite(x_N)], column))
    return blocks.r2_R(x_N, error_N)


def detection(rows: ComparedRows, told: Sequence[Answers], blocks: Blocks) -> Iterator[Difference]:
    """Yield false alarms, and how well injected faults and labelled rows are told from normal ones."""
    normal_N = rows.normal_N
    num_normal = int(normal_N.sum())
    flags = [np.where(normal_N, answers.rows["flag"].to_numpy(dtype=float), np.nan) for answers in told]
    alarms = [blocks.mean_R(flag_N) for flag_N in flags]
    yield judge("evaluate/detection/false_alarm_rate", alarms, blocks, "lower", "share", num_normal)
    negative = [(answers.rows["score"].to_numpy()[normal_N], blocks.of_N[normal_N]) for answers in told]
    if len(rows.faults):
        positive = [(answers.faults["score"].to_numpy(), blocks.of_P) for answers in told]
        for name, pair in _ranked(blocks, positive, negative):
            path = f"evaluate/detection/injected_{name}"
            yield judge(path, pair, blocks, "higher", "share", len(rows.faults) + num_normal)
    yield from _labels(rows, told, blocks)


def _labels(rows: ComparedRows, told: Sequence[Answers], blocks: Blocks) -> Iterator[Difference]:
    """Yield the AUROC of every binary label, where it is known: by row, or by the mean score of a group of rows."""
    for label in [label for label in rows.labels if label.kind == "binary"]:
        table = pd.DataFrame({"marked": rows.frame[label.name].astype("float64"), "block": blocks.of_N})
        table = table.assign(**{f"score_{side}": answers.rows["score"] for side, answers in enumerate(told)})
        table = table[table["marked"].notna()]
        if label.level:
            groups = [rows.frame.loc[table.index, key] for key in label.level]
            how = {"marked": "max", "block": "first", "score_0": "mean", "score_1": "mean"}
            table = table.groupby(groups, sort=True).agg(how)
        marked_U, block_U = table["marked"].to_numpy() > 0, table["block"].to_numpy()
        if marked_U.any() and not marked_U.all():
            scores = [table[f"score_{side}"].to_numpy() for side in (0, 1)]
            positive = [(score_U[marked_U], block_U[marked_U]) for score_U in scores]
            negative = [(score_U[~marked_U], block_U[~marked_U]) for score_U in scores]
            auroc = _ranked(blocks, positive, negative)[0][1]
            yield judge(f"evaluate/labels/{label.name}_auroc", auroc, blocks, "higher", "share", len(table))


def _ranked(
    blocks: Blocks, positive: Sequence[tuple[np.ndarray, ...]], negative: Sequence[tuple[np.ndarray, ...]]
) -> list[tuple[str, list[np.ndarray]]]:
    pairs = [ranking_R(blocks, *found, *others) for found, others in zip(positive, negative, strict=True)]
    return [(name, [pair[place] for pair in pairs]) for place, name in enumerate(("auroc", "ap"))]
