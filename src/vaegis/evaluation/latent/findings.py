"""What is found out about a latent space once, for all metrics, tables and figures that speak of it.

N judged rows, K latents.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.case import Case
from vaegis.evaluation.detection.baselines import Inputs
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent import aggregate
from vaegis.evaluation.latent.dimensions import dimension_table
from vaegis.evaluation.latent.information import Information, ceiling, estimate_information
from vaegis.evaluation.latent.interpolation import Paths, interpolate
from vaegis.evaluation.rows import thin
from vaegis.fitted.model import FittedModel

ROWS: Final = 10_000
"""Rows for latent figures, at most: their sampling error is far below any gate."""
PAIRWISE_ROWS: Final = 4_000
"""Rows of which all pairs are looked at."""
CELLS: Final = 4_000_000
"""Cells of the matrix of training rows that near ones are sought among."""
_MIN_ROWS: Final = 2


@dataclass(frozen=True, slots=True)
class Codes:
    """Rows, and what the encoder makes of them."""

    rows: pd.DataFrame
    mean_NK: np.ndarray
    std_NK: np.ndarray


def judged(case: Case) -> Codes:
    """Return test rows and their posteriors, if there are two rows at least."""
    return _codes(case.model, thin(case.test, ROWS))


def learnt(case: Case) -> Codes:
    """Return training rows and their posteriors."""
    return _codes(case.model, thin(case.rows.train, ROWS))


def few_judged(case: Case) -> Codes:
    """Return as many test rows as all pairs can be looked at of."""
    return _codes(case.model, thin(case.test, PAIRWISE_ROWS))


def dimensions(case: Case) -> pd.DataFrame:
    """Return the table by dimension."""
    codes = case.once(judged)
    return dimension_table(codes.mean_NK, codes.std_NK)


def ranked(case: Case) -> list[int]:
    """Return the dimensions, the one with the largest KL (of points: the widest) first."""
    table = case.once(dimensions)
    order = table.sort_values(["kl", "mean_variance"], ascending=False, kind="stable").index
    return [int(k) for k in order]


def decoding(case: Case) -> pd.DataFrame:
    """Return by judged row the distortion, and its rise with another row's latent."""
    return case.model.decoding(case.once(judged).rows, case.config.seed)


def require_prior(case: Case) -> None:
    """Refuse a deterministic autoencoder."""
    if case.model.kind == "autoencoder":
        raise NotComputable("a deterministic autoencoder has no prior")


def with_prior(case: Case) -> dict[str, float]:
    """Return the sliced distances of the aggregate posterior from the prior in use."""
    require_prior(case)
    codes = case.once(judged)
    return aggregate.compare_with_prior(codes.mean_NK, codes.std_NK, case.model.latent_prior, case.config.seed)


def sliced_halves(case: Case) -> np.ndarray:
    """Return the sliced distance in halves of the rows."""
    codes, seed = case.once(judged), case.config.seed
    own_NK = aggregate.draw_aggregate(codes.mean_NK, codes.std_NK, seed)
    drawn_NK = aggregate.draw_prior(case.model.latent_prior, len(own_NK), seed)
    return aggregate.sliced_w2_halves(own_NK, drawn_NK, case.halves(codes.rows), np.random.default_rng(seed))


def holes(case: Case) -> np.ndarray:
    """Return which prior draws decode to rows that encode far from all training rows, (S,)."""
    require_prior(case)
    # What the prior decodes to, whatever else the model generates rows with.
    decoded = replace(case.model, generator=None).sample(case.config.sample_rows, seed=case.config.seed)
    generated_SK, _ = case.model.posterior(decoded)
    return aggregate.in_holes(case.once(learnt).mean_NK, generated_SK)


def information(case: Case) -> Information:
    """Return mutual information and total correlation by row, if the rows are enough to show them."""
    require_prior(case)
    codes = case.once(few_judged)
    rate, most = float(case.once(dimensions)["kl"].sum()), ceiling(len(codes.rows))
    if rate > most:
        what = f"the rate is {rate:.1f} nats, and {len(codes.rows):,} rows can show {max(0.0, most):.1f}"
        raise NotComputable(f"the estimator is saturated: {what}")
    return estimate_information(codes.mean_NK, codes.std_NK, case.config.seed)


def paths(case: Case) -> Paths:
    """Return ways between held-out rows."""
    train = thin(case.once(learnt).rows, max(1_000, CELLS // Inputs(case.model.transform).width))
    return interpolate(case.model, train, case.once(judged).rows, case.config.seed)


def _codes(model: FittedModel, rows: pd.DataFrame) -> Codes:
    if len(rows) < _MIN_ROWS:
        raise NotComputable(f"{len(rows)} rows have no spread")
    return Codes(rows, *model.posterior(rows))
