"""The contest of raw, latent and both columns on one model's rows. R replicates of the bootstrap."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.bootstrap import Bootstrap, percentiles
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection.baselines import Inputs
from vaegis.evaluation.detection.ranking import auroc
from vaegis.evaluation.detection.resampled import resample_ranking
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.rows import thin
from vaegis.evaluation.usefulness.columns import KINDS, make_columns
from vaegis.evaluation.usefulness.contest import LEARNERS, predict, target_N
from vaegis.evaluation.usefulness.tasks import Task, find_tasks

ROWS: Final = 20_000
"""Rows to learn from, and to judge by, at most."""
CELLS: Final = 1_000_000
"""The same in cells of the matrix, but never below 1,000 rows: learners take their time on wide tables."""
REFINED_ROWS: Final = 2_000
"""The same where a column is hidden: the latents of each row are then searched for."""
_ROUNDING: Final = 1e-9
_UNKNOWN: Final = (float("nan"), float("nan"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What one learner makes of one kind of columns."""

    task: Task
    learner: str
    columns: str
    """One of `KINDS`."""
    rows: int
    """Judged rows."""
    value: float
    """AUROC of a label, R2 of an amount."""
    value_R: np.ndarray
    """The same draws for all results of a task, so that they pair."""


def results(case: Case) -> list[Result]:
    """Return the results of every task, learner and kind of columns.

    Learners learn from the rows that the model learned from, and are judged on the test rows, which are of other times.
    """
    rows, bench = case.rows, case.bench
    tasks = find_tasks(rows.train, rows.test, rows.schema, bench.derive, bench.references, case.config.targets)
    if not tasks:
        raise NotComputable("no label marks enough rows, and no amount varies: there is nothing to predict")
    return [result for task in tasks for result in _contest(case, task)]


def table(case: Case) -> pd.DataFrame:
    """Return one row for each result: the score with its interval, and what it is above raw columns."""
    found = case.once(results)
    raw = {(result.task.target, result.learner): result for result in found if result.columns == "raw"}
    records = []
    for result in found:
        base = raw[result.task.target, result.learner]
        low, high = percentiles(result.value_R) or _UNKNOWN
        gain_low, gain_high = percentiles(result.value_R - base.value_R) or _UNKNOWN
        records.append(
            {
                "target": result.task.target,
                "task": result.task.kind,
                "learner": result.learner,
                "columns": result.columns,
                "rows": result.rows,
                "score": result.value,
                "low": low,
                "high": high,
                "gain": result.value - base.value,
                "gain_low": gain_low,
                "gain_high": gain_high,
                "hidden": " ".join(result.task.hidden),
            }
        )
    return pd.DataFrame(records)


def _contest(case: Case, task: Task) -> Iterator[Result]:
    width = Inputs(case.model.transform).width
    num_rows = min(REFINED_ROWS if task.hidden else ROWS, max(1_000, CELLS // width))
    train, test = (_known(task, frame, num_rows) for frame in (case.rows.train, case.test))
    fit, judge = (make_columns(case.model, frame, task.hidden, case.config.seed) for frame in (train, test))
    y_N = target_N(task, train[task.target])
    for learner in LEARNERS[task.kind]:
        for kind in KINDS:
            answer_M = predict(task, learner, (fit[kind], y_N), judge[kind], case.config.seed)
            value, value_R = _score(case, task, test, answer_M)
            yield Result(task=task, learner=learner, columns=kind, rows=len(test), value=value, value_R=value_R)


def _known(task: Task, frame: pd.DataFrame, num_rows: int) -> pd.DataFrame:
    known_N = np.isfinite(target_N(task, frame[task.target]))
    return thin(frame[known_N], num_rows).reset_index(drop=True)


def _score(case: Case, task: Task, test: pd.DataFrame, answer_M: np.ndarray) -> tuple[float, np.ndarray]:
    y_M = target_N(task, test[task.target])
    if task.kind == "regression":
        return r2(y_M, answer_M), r2_replicates(y_M, answer_M, case.bootstrap(test))
    order = np.argsort(-y_M, kind="stable")  # marked rows first, as the draws of a ranking must be
    positive_P, negative_N = answer_M[order[: int(y_M.sum())]], answer_M[order[int(y_M.sum()) :]]
    replicates = resample_ranking(positive_P, negative_N, case.bootstrap(test.iloc[order]))
    return auroc(positive_P, negative_N), replicates.auroc_R


def r2(y_M: np.ndarray, answer_M: np.ndarray) -> float:
    """Return the share of variance explained, about the mean of the judged rows."""
    return float(1.0 - ((y_M - answer_M) ** 2).sum() / ((y_M - y_M.mean()) ** 2).sum())


def r2_replicates(y_M: np.ndarray, answer_M: np.ndarray, draws: Bootstrap) -> np.ndarray:
    """Return the same by replicate, (R,), each about its own mean; NaN where a replicate has no variance to explain."""
    centred_M = y_M - y_M.mean()
    sums_RF = draws.sums(np.stack([(y_M - answer_M) ** 2, centred_M**2, centred_M, np.ones(len(y_M))], axis=1))
    error_R, square_R, linear_R, rows_R = sums_RF.T
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        variance_R = square_R - linear_R**2 / rows_R
        r2_R = 1.0 - error_R / variance_R
    sound_R = np.isfinite(r2_R) & (variance_R > _ROUNDING * square_R)
    return np.where(sound_R, r2_R, np.nan)
