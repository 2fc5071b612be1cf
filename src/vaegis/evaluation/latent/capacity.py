"""Metrics: how much is given back from so many numbers, by the model and by as many principal components."""

from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.bootstrap import percentiles
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection.baselines import Inputs
from vaegis.evaluation.detection.ranking import auroc
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.latent import findings
from vaegis.evaluation.latent.size_curve import Code, by_components, by_model, unexplained_ND
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.rows import thin, varies
from vaegis.evaluation.usefulness.contest import predict, target_N
from vaegis.evaluation.usefulness.tasks import Task, find_tasks

CURVE_ROWS: Final = 4_000
CURVE_CELLS: Final = 100_000
"""The same in cells of the matrix: every size is decoded several times, which takes long on wide tables."""


def size_codes(case: Case) -> dict[str, dict[int, Code]]:
    """Return `model` and `pca` -> size -> rows in so many numbers."""
    train, rows = _curve_rows(case, case.rows.train), _curve_rows(case, case.test)
    ranked = case.once(findings.ranked)
    return {"model": by_model(case.model, train, rows, ranked), "pca": by_components(case.model, train, rows)}


def size_table(case: Case) -> pd.DataFrame:
    """Return one row for each size: what the model and as many principal components give back, and what a label gains.

    Columns: size, and of `model` and `pca` the mean R2 of the numeric columns and the AUROC of a linear probe.
    """
    codes, task = case.once(size_codes), _probed(case)
    records = [
        {
            "size": size,
            **{f"{name}_r2": _mean_r2(case, of[size]) if size in of else None for name, of in codes.items()},
            **{f"{name}_probe": _probe(case, task, of.get(size)) for name, of in codes.items()},
            "probe": "" if task is None else task.target,
        }
        for size in codes["model"]
    ]
    return pd.DataFrame(records)


def gain_over_pca(case: Case) -> Estimate:
    """Return mean R2 with all latents less that of as many principal components."""
    codes = case.once(size_codes)
    model_ND, pca_ND = (_unexplained(case, of[max(of)]) for of in (codes["model"], codes["pca"]))
    saved_ND = pca_ND - model_ND
    known_ND = np.isfinite(saved_ND)
    draws = case.bootstrap(_curve_rows(case, case.test))
    with np.errstate(invalid="ignore", divide="ignore"):  # a replicate may hold no value of a column
        gain_RD = draws.sums(np.where(known_ND, saved_ND, 0.0)) / draws.sums(known_ND.astype(np.float64))
    value = float(np.nanmean(saved_ND, axis=0).mean())
    return Estimate.of(value, int(known_ND.any(axis=1).sum()), percentiles(gain_RD.mean(axis=1)))


def _curve_rows(case: Case, frame: pd.DataFrame) -> pd.DataFrame:
    return thin(frame, min(CURVE_ROWS, max(200, CURVE_CELLS // Inputs(case.model.transform).width)))


def _unexplained(case: Case, code: Code) -> np.ndarray:
    """Return the errors of the columns that varied in training and vary now, as shares of their variance, ND."""
    if not np.isfinite(code.back_ND).any():
        raise NotComputable("nothing that is decoded is a number")
    share_ND = unexplained_ND(case.model, _curve_rows(case, case.test), code.back_ND)
    learnt = [varies(case.rows.train[column.name]) for column in case.model.transform.numeric]
    features = [column.role == "feature" for column in case.model.transform.numeric]
    kept_D = np.isfinite(share_ND).any(axis=0) & np.array(learnt, dtype=bool) & np.array(features, dtype=bool)
    if not kept_D.any():
        raise NotComputable("no numeric column varies")
    return np.asarray(share_ND[:, kept_D])


def _mean_r2(case: Case, code: Code) -> float:
    return float(1.0 - np.nanmean(_unexplained(case, code), axis=0).mean())


def _probed(case: Case) -> Task | None:
    """Return the first label that both kinds of rows tell apart."""
    train, rows, bench = _curve_rows(case, case.rows.train), _curve_rows(case, case.test), case.bench
    labels = [label.name for label in case.rows.schema.labels if label.kind == "binary"]
    if not labels:
        return None
    tasks = find_tasks(train, rows, case.rows.schema, bench.derive, (), labels)
    return tasks[0] if tasks else None


def _probe(case: Case, task: Task | None, code: Code | None) -> float | None:
    if task is None or code is None:
        return None
    train, rows = _curve_rows(case, case.rows.train), _curve_rows(case, case.test)
    y_N, y_M = (target_N(task, frame[task.target]) for frame in (train, rows))
    known_N = np.isfinite(y_N)
    answer_M = predict(task, "linear", (code.train_NS[known_N], y_N[known_N]), code.rows_NS, case.config.seed)
    return auroc(answer_M[y_M == 1], answer_M[y_M == 0])


METRICS: Final[dict[str, MetricSpec]] = {
    "latent/r2_gain_over_pca": MetricSpec(
        definition="mean R2 of the numeric columns from all latents, less that from as many principal components",
        unit="",
        direction="higher",
        reading="above 0 the network gives back more than a linear map of the same size; below 0 less",
        compute=gain_over_pca,
        tier="full",
    ),
}
