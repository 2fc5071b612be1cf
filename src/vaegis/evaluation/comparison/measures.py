"""The metrics that two models can be compared by, row by row. N rows, P rows with faults, R draws."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.comparison.ask import Answers
from vaegis.evaluation.comparison.difference import NEUTRAL, Difference, judge
from vaegis.evaluation.comparison.rows import ComparedRows
from vaegis.evaluation.detection.labels import marked_units
from vaegis.evaluation.detection.ranking import auroc, average_precision
from vaegis.evaluation.detection.resampled import resample_ranking
from vaegis.evaluation.reconstruction.columns import column_cells, resample_columns
from vaegis.evaluation.rows import varies


def likelihood(scaled: tuple[list[np.ndarray], str], told: Sequence[Answers], draws: Bootstrap) -> Iterator[Difference]:
    """Yield the importance-weighted bound, on the first model's scale."""
    nlls, reason = scaled
    points = [answers for answers in told if answers.kind == "autoencoder"]
    if points:
        reason = "a deterministic autoencoder has no likelihood"
    rows = int(np.isfinite(nlls[0]).sum())
    means = draws.means(np.stack(nlls, axis=1)).T
    yield judge("evaluate/reconstruction/nll", means, draws, "lower", "nats per row", rows, reason)


def latent(
    distortions: tuple[list[np.ndarray], str], told: Sequence[Answers], draws: Bootstrap
) -> Iterator[Difference]:
    """Yield what latents cost (rate), what they leave (distortion, on the first model's scale), and whether they count.

    Neither way is better by itself: what one saves the other pays, and `reconstruction/nll` holds both.
    """
    pairs = {name: [answers.rows[name].to_numpy() for answers in told] for name in ("rate", "decoder_use")}
    reasons = {"distortion": distortions[1]}
    pairs["distortion"] = distortions[0]
    for name, pair in sorted(pairs.items()):
        rows = int(np.isfinite(pair[0]).sum())
        means = draws.means(np.stack(pair, axis=1)).T
        yield judge(f"evaluate/latent/{name}", means, draws, NEUTRAL, "nats per row", rows, reasons.get(name, ""))


def columns(
    shared: Sequence[ColumnSpec], frame: pd.DataFrame, told: Sequence[Answers], draws: Bootstrap
) -> Iterator[Difference]:
    """Yield the mean R2 and accuracy over the columns that both model, then each column's own."""
    each: list[Difference] = []
    found: dict[str, list[list[np.ndarray]]] = {"r2": [], "accuracy": []}
    figures = [_given_back(shared, frame, answers, draws) for answers in told]
    for place, column in enumerate(shared):
        name = "accuracy" if column.is_discrete else "r2"
        observed = frame[column.name]
        made = [figures_RX[name][:, place] for figures_RX in figures]
        if name == "r2" and not (varies(observed) and all(np.isfinite(values_R[0]) for values_R in made)):
            continue  # constant here: nothing to explain
        found[name].append(made)
        path = f"columns/{column.name}/{name}"
        each.append(judge(path, made, draws, "higher", "share", int(observed.notna().sum())))
    for name, metric in (("r2", "mean_r2"), ("accuracy", "accuracy")):
        if found[name]:
            means = np.mean(found[name], axis=0)
            yield judge(f"evaluate/reconstruction/{metric}", means, draws, "higher", "share", len(frame))
    yield from each


def _given_back(
    shared: Sequence[ColumnSpec], frame: pd.DataFrame, answers: Answers, draws: Bootstrap
) -> dict[str, np.ndarray]:
    """Return what the evaluation says of each column, by draw, (R, X); answers have no bands, so no coverage."""
    expected = answers.rows.rename(columns=lambda name: name.removeprefix("expected:"))
    return resample_columns(column_cells(frame, expected, expected, expected, shared), draws)


def detection(
    rows: ComparedRows, told: Sequence[Answers], draws: Bootstrap, block_P: np.ndarray
) -> Iterator[Difference]:
    """Yield false alarms, and how well injected faults and labelled rows are told from normal ones."""
    normal_N = rows.normal_N
    num_normal = int(normal_N.sum())
    flags = [np.where(normal_N, answers.rows["flag"].to_numpy(dtype=float), np.nan) for answers in told]
    alarms = draws.means(np.stack(flags, axis=1)).T
    yield judge("evaluate/detection/false_alarm_rate", alarms, draws, "lower", "share", num_normal)
    if len(rows.faults):
        pairs = [(item.faults["score"].to_numpy(), item.rows["score"].to_numpy()[normal_N]) for item in told]
        both = draws.over(np.concatenate([block_P, draws.block_N[normal_N]]))
        for name, pair in _ranked(both, pairs).items():
            path = f"evaluate/detection/injected_{name}"
            yield judge(path, pair, draws, "higher", "share", len(rows.faults) + num_normal)
    yield from _labels(rows, told, draws)


def _labels(rows: ComparedRows, told: Sequence[Answers], draws: Bootstrap) -> Iterator[Difference]:
    """Yield the AUROC of every binary label, where it is known: by row, or by the mean score of a group of rows."""
    for label in [label for label in rows.labels if label.kind == "binary"]:
        units = [marked_units(rows.frame, label, answers.rows["score"].to_numpy()) for answers in told]
        marked_U, _, first_U = units[0]
        if marked_U.any() and not marked_U.all():
            pairs = [(score_U[marked_U], score_U[~marked_U]) for _, score_U, _ in units]
            both = draws.over(draws.block_N[np.concatenate([first_U[marked_U], first_U[~marked_U]])])
            pair = _ranked(both, pairs)["auroc"]
            yield judge(f"evaluate/labels/{label.name}_auroc", pair, draws, "higher", "share", len(marked_U))


def _ranked(draws: Bootstrap, pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> Mapping[str, list[np.ndarray]]:
    """Return AUROC and average precision by draw of each model's scores, marked and normal; the first is exact."""
    found: dict[str, list[np.ndarray]] = {"auroc": [], "ap": []}
    for marked_P, normal_N in pairs:
        replicates = resample_ranking(marked_P, normal_N, draws)
        found["auroc"].append(np.append(auroc(marked_P, normal_N), replicates.auroc_R[1:]))
        found["ap"].append(np.append(average_precision(marked_P, normal_N), replicates.ap_R[1:]))
    return found
