"""Bet against "nothing changed": capital that an unchanged world multiplies by 100 with probability 1 % at most, ever.

Each p-value is bet on by powers e p^(e-1) (Vovk, Nouretdinov & Gammerman 2003); a reserve starts new bets at every
step, so that a change that comes late costs little more than one that comes at once. If the p-values are independent
and uniform, capital over time is a martingale and ever passes 1/a with probability at most a (Ville 1939).
"""

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np

POWERS: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Small: wins on rare tiny p-values; large: on many that are a little low."""


def capital_T(pvalue_T: Sequence[float]) -> list[float]:
    """Return the capital after each p-value, starting from 1."""
    power_E, held_E, reserve = np.array(POWERS), np.zeros(len(POWERS)), 1.0
    path = []
    for step, pvalue in enumerate(pvalue_T, start=1):
        staked = reserve / (step + 1)
        reserve -= staked
        held_E = (held_E + staked / len(POWERS)) * power_E * pvalue ** (power_E - 1.0)
        path.append(float(reserve + held_E.sum()))
    return path


def smoothed_rank(own: float, others: Sequence[float], name: str) -> float:
    """Return a p-value that is exactly uniform if `own` and the others are exchangeable: ties are split by lot.

    The lot is drawn by the name, so that the same question gets the same answer.
    """
    values = np.asarray(others, dtype=float)
    lot = (int.from_bytes(hashlib.sha256(name.encode()).digest()[:6]) + 0.5) / 2.0**48
    above, ties = int((values > own).sum()), int((values == own).sum())
    return float((above + lot * (ties + 1)) / (len(values) + 1))
