"""What rows look like when given back, once for all metrics, tables and figures that speak of it."""

import numpy as np
import pandas as pd

from vaegis.evaluation.bench import OWN
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection.findings import scores
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.reconstruction.calibration import column_calibration
from vaegis.evaluation.reconstruction.columns import column_errors, worst_rows
from vaegis.evaluation.rows import thin, varies

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


def columns(case: Case) -> pd.DataFrame:
    """Return errors and coverage by column."""
    _, low, high = case.model.predictive(case.test)
    features = case.model.schema.features
    return column_errors(case.once(seen), case.once(expected), low, high, features, case.once(learnt))


def calibration(case: Case) -> pd.DataFrame:
    """Return standardised residuals by column."""
    return column_calibration(case.model, case.test, case.config.seed, case.once(learnt))


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
