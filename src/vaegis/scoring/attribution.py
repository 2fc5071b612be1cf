"""Which columns made a row anomalous. N rows, X columns."""

import numpy as np


def contributions_NX(column_nll_NX: np.ndarray, column_median_X: np.ndarray, observed_NX: np.ndarray) -> np.ndarray:
    """Return each column's negative log-likelihood above what is usual for it, nats; the parts add up.

    A cell that was not observed contributes nothing: usual is often negative, and absence must not look like guilt.
    """
    return np.asarray((column_nll_NX - column_median_X) * observed_NX)


def worst_columns(contribution_NX: np.ndarray, top: int) -> np.ndarray:
    """Return, for each row, the positions of its `top` largest contributions, worst first."""
    return np.asarray(np.argsort(-contribution_NX, axis=1, kind="stable")[:, :top])
