"""What rows look like when given back, once for all metrics, tables and figures that speak of it."""

import numpy as np
import pandas as pd

from vaegis.evaluation.bench import OWN
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection.findings import scores
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.reconstruction.calibration import column_calibration, standard_residuals
from vaegis.evaluation.reconstruction.columns import Cells, column_cells, column_errors, resample_columns
from vaegis.evaluation.reconstruction.density import Bounds, Refined, importance_bounds, refine_rows
from vaegis.evaluation.reconstruction.slices import row_error_N, slice_table
from vaegis.evaluation.reconstruction.worst import worst_rows
from vaegis.evaluation.rows import thin, varies

FEW_ROWS = 500
"""Rows whose posterior is refined and whose density is bounded closely."""
_WORST_ROWS = 20


def seen(case: Case) -> pd.DataFrame:
    """Return the test rows with categories as the levels that the model knows."""
    return case.test.assign(**case.model.transform.as_levels(case.test))


def expected(case: Case) -> pd.DataFrame:
    """Return the test rows as the model gives them back."""
    return case.model.expect(case.test)


def learnt(case: Case) -> list[str]:
    """Name the features that varied in training."""
    return [name for name in case.model.features if varies(case.rows.train[name])]


def cells(case: Case) -> list[Cells]:
    """Return every column's cells beside what was expected of them."""
    _, low, high = case.model.predictive(case.test)
    return column_cells(case.once(seen), case.once(expected), low, high, case.model.schema.features)


def columns(case: Case) -> pd.DataFrame:
    """Return errors and coverage by column."""
    return column_errors(case.once(cells), case.once(seen), case.once(learnt))


def resampled(case: Case) -> dict[str, np.ndarray]:
    """Return the columns' figures by replicate."""
    return resample_columns(case.once(cells), case.bootstrap(case.test))


def residuals(case: Case) -> pd.DataFrame:
    """Return residuals in predicted standard deviations."""
    return standard_residuals(case.model, case.test, case.config.seed, case.once(learnt))


def calibration(case: Case) -> pd.DataFrame:
    """Return standardised residuals by column, summarised."""
    return column_calibration(case.once(residuals))


def slices(case: Case) -> pd.DataFrame:
    """Return how well each part of the rows is given back."""
    terms = case.once(elbo_terms)
    nats_N = (terms["distortion"] + terms["rate"]).to_numpy()
    error_N = row_error_N(case.once(cells))
    return slice_table(case.test, case.rows.schema, error_N, nats_N, case.bootstrap(case.test))


def few_rows(case: Case) -> pd.DataFrame:
    """Return test rows, evenly spaced, for what takes long on each."""
    return thin(case.test, FEW_ROWS)


def bounds(case: Case) -> Bounds:
    """Return the bounds on -log p(x) of a few rows, with few and with many samples."""
    require_density(case)
    batch = case.model.transform.encode(case.once(few_rows))
    return importance_bounds(case.model.network, batch, case.config.seed, case.model.prior)


def refined(case: Case) -> Refined:
    """Return bounds of a few rows at the encoder's posterior and at the best one of each row."""
    require_density(case)
    batch = case.model.transform.encode(case.once(few_rows))
    return refine_rows(case.model.network, batch, case.config.seed, case.model.prior)


def elbo_terms(case: Case) -> pd.DataFrame:
    """Return elbo, distortion and rate of every test row, nats."""
    return case.model.elbo(case.test, seed=case.config.seed)


def require_density(case: Case) -> None:
    """Refuse a model that has no density of rows."""
    if case.model.kind == "autoencoder":
        raise NotComputable("a deterministic autoencoder has no posterior, and so no density of rows")


def nll(case: Case) -> pd.Series:
    """Return the importance-weighted bound on -log p(x) of some test rows, nats."""
    require_density(case)
    few = thin(case.test, case.config.nll_rows)
    return case.model.nll(few, num_samples=case.config.nll_samples, seed=case.config.seed)


def worst(case: Case) -> pd.DataFrame:
    """Return the rows of highest score with their columns."""
    score = pd.Series(case.once(scores)[OWN].test_N, index=case.test.index)
    known = score[np.isfinite(score)]
    if not len(known):
        raise NotComputable("no score is a number")
    return worst_rows(case.model, case.test.loc[known.index], known, _WORST_ROWS)
