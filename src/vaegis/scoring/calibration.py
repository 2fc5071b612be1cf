"""Conformal p-values from rows the model was not fitted on. M calibration rows, N rows, X columns."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Calibration:
    """What normal held-out rows score."""

    scores_M: np.ndarray
    """float64, ascending."""
    column_median_X: np.ndarray
    """Median of each column's negative log-likelihood on the same rows, nats."""

    @classmethod
    def fit(cls, scores_M: np.ndarray, column_nll_MX: np.ndarray) -> "Calibration":
        """Keep sorted scores and each column's usual share."""
        return cls(np.sort(scores_M.astype(np.float64)), np.median(column_nll_MX.astype(np.float64), axis=0))

    def pvalue_N(self, scores_N: np.ndarray) -> np.ndarray:
        """Return (1 + #{calibration >= score}) / (M + 1) (Bates et al. 2023, eq. 2).

        Valid where new normal rows are exchangeable with the calibration rows; under drift it is not.
        """
        below_N = np.searchsorted(self.scores_M, scores_N, side="left")
        return (1.0 + len(self.scores_M) - below_N) / (len(self.scores_M) + 1.0)

    def threshold(self, false_alarm_rate: float) -> float:
        """Return the lowest score that is flagged, i.e. whose p-value is at most the rate; inf if M is too small."""
        num_rows = len(self.scores_M)
        reachable = np.arange(1, num_rows + 2) / (num_rows + 1.0)  # the p-values, divided as in `pvalue_N`
        allowed = int(np.searchsorted(reachable, false_alarm_rate, side="right")) - 1
        if allowed < 0:
            return float("inf")
        position = num_rows - 1 - allowed
        return float(np.nextafter(self.scores_M[position], np.inf)) if position >= 0 else float("-inf")
