"""Metrics: whether other fits of the same recipe see the rows alike; `evaluate.other_seeds` names their bundles."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.latent import findings
from vaegis.evaluation.latent.stability import stability
from vaegis.evaluation.metric import MetricSpec
from vaegis.fitted.model import FittedModel


def agreement(case: Case) -> pd.DataFrame:
    """Return one row for each other fit: its bundle, its digest, and how alike it sees the test rows."""
    if not case.config.other_seeds:
        raise NotComputable("no model of another seed is given (params.yaml: evaluate.other_seeds)")
    rows = case.once(findings.judged).rows
    records = []
    for address in case.config.other_seeds:
        other = FittedModel.load(Path(address))
        if (other.kind, other.columns) == (case.model.kind, case.model.columns):
            about = {"bundle": address, "content_digest": other.content_digest, "seed": other.config.seed}
            records.append(about | stability(case.model, other, rows))
    if not records:
        raise NotComputable(f"none of evaluate.other_seeds is a {case.model.kind} of the same columns")
    return pd.DataFrame(records)


def _worst(figure: str) -> Callable[[Case], Estimate]:
    def compute(case: Case) -> Estimate:
        found = case.once(agreement)[figure]
        otherwise = "latents or scores of a model have no spread"
        return Estimate.of(float(np.min(found)), len(case.once(findings.judged).rows), otherwise=otherwise)

    return compute


def _spec(figure: str, definition: str, reading: str) -> MetricSpec:
    return MetricSpec(
        definition=f"{definition}, of this model and its least similar other seed (evaluate.other_seeds), on test rows",
        unit="",
        direction="higher",
        reading=reading,
        compute=_worst(figure),
        tier="full",
    )


METRICS: Final[dict[str, MetricSpec]] = {
    "latent/seed_cka": _spec(
        "cka",
        "linear centred kernel alignment of posterior means (Kornblith et al. 2019)",
        "1: the same geometry up to a turn; near 0: what the latents tell is an accident of the seed",
    ),
    "latent/seed_procrustes_r2": _spec(
        "procrustes_r2",
        "share of variance of posterior means explained after the best turn, mirroring and scaling",
        "1: the same latents but for a turn; each direction counts by its spread",
    ),
    "latent/seed_matched_correlation": _spec(
        "matched_correlation",
        "mean |correlation| of latent dimensions, paired one to one as well as can be",
        "1: dimension by dimension the same, so each may be named; below 0.7 do not explain single dimensions",
    ),
    "latent/seed_score_spearman": _spec(
        "score_spearman",
        "rank correlation of anomaly scores",
        "above 0.9 the order of alarms does not hang on the seed",
    ),
}
