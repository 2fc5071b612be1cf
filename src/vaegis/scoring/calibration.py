"""Conformal p-values from rows the model was not fitted on. M calibration rows, N rows, X columns."""

import math
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
        below_N = self.scores_M.searchsorted(scores_N, side="left")
        return (1.0 + len(self.scores_M) - below_N) / (len(self.scores_M) + 1.0)

    def pvalue(self, score: float) -> float:
        """Return the p-value of one score: as `pvalue_N`, in half the time."""
        below = int(self.scores_M.searchsorted(score, side="left"))
        return (1.0 + len(self.scores_M) - below) / (len(self.scores_M) + 1.0)

    def threshold(self, false_alarm_rate: float) -> float:
        """Return the lowest score that is flagged, i.e. whose p-value is at most the rate; inf if M is too small."""
        num_rows = len(self.scores_M)
        reachable = np.arange(1, num_rows + 2) / (num_rows + 1.0)  # the p-values, divided as in `pvalue_N`
        allowed = int(np.searchsorted(reachable, false_alarm_rate, side="right")) - 1
        if allowed < 0:
            return float("inf")
        position = num_rows - 1 - allowed
        return float(np.nextafter(self.scores_M[position], np.inf)) if position >= 0 else float("-inf")

    def underpowered(self, rate: float, num_rows: int = 1) -> str:
        """Return why no row can be flagged at this rate, empty where one can.

        Args:
            rate: false-alarm rate, or the false discovery rate of `flags_N`.
            num_rows: rows that `flags_N` judges at once; one anomaly among them has to pass rate / num_rows.
        """
        smallest = 1.0 / (len(self.scores_M) + 1.0)
        if smallest <= rate / num_rows:
            return ""
        needed = math.ceil(num_rows / rate) - 1
        among = f" for one row among {num_rows}" if num_rows > 1 else ""
        return (
            f"underpowered: {len(self.scores_M)} calibration rows reach no p-value below {smallest:.2g}, and rate "
            f"{rate:g}{among} asks for {rate / num_rows:.2g}: at least {needed} rows are needed"
        )


def flags_N(pvalue_N: np.ndarray, rate: float) -> np.ndarray:
    """Return which rows are anomalies if no more than `rate` of those named, on average, may be normal.

    Benjamini and Hochberg (1995); holds for conformal p-values that share calibration rows (Bates et al. 2023, thm. 2).
    A missing p-value is never flagged.
    """
    known_M = np.sort(pvalue_N[np.isfinite(pvalue_N)])
    passed = np.flatnonzero(known_M <= rate * np.arange(1, len(known_M) + 1) / max(len(known_M), 1))
    if not len(passed):
        return np.zeros(len(pvalue_N), dtype=bool)
    return np.asarray(pvalue_N <= known_M[passed[-1]])
