"""What is unusual about each day, and the evidence that adds up over days. T units of days, B blocks.

One number a bet and day is ranked among the reference's days and the new ones before it. Neighbouring days resemble
each other: where the reference's numbers are correlated, four times as many days as are needed to forget are averaged
into one unit, and the reference's own units are what it is ranked among. Columns, scores and latents look at the same
values, so the longest memory found in one of them counts for all: noise may hide it in the others. Where it is longer
than three days a year is too short to tell how long, and no bet is made. (Units of twice each bet's own memory let 3 to
28 of 40 years without a change raise an alarm, at a correlation of 0.8 to 0.98 from day to day; 1 % may.)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring.betting import capital_T, smoothed_rank
from vaegis.monitoring.checks import INPUTS, LATENTS, RECONSTRUCTION, Check, checks
from vaegis.monitoring.distances import more_missing
from vaegis.monitoring.features import MISSING
from vaegis.monitoring.judge import held_only
from vaegis.monitoring.reference import Reference
from vaegis.monitoring.windows import Windows

MAX_MEMORY: Final = 3
"""Days to forget beyond which no bet is made."""
UNIT_TIMES: Final = 4
"""How many times the days to forget make one unit."""
_LONGEST: Final = 7
"""Days to forget that are told apart from more."""
BETS: Final = (INPUTS, MISSING, RECONSTRUCTION, LATENTS)
"""What bets: each topic, and missing cells apart from the values that are there."""
_BET_OF: Final[Mapping[str, str]] = {"missing": MISSING, "score/rank": RECONSTRUCTION, "latents/mmd": LATENTS}


@dataclass(frozen=True, kw_only=True, slots=True)
class DayValues:
    """How far out days are, by topic."""

    reference: Mapping[str, np.ndarray]
    new: Mapping[str, np.ndarray]
    """NaN where there is nothing to measure."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Capital after each unit, by bet and averaged over them; the average is a martingale, too."""

    unit_days: Mapping[str, int]
    """Days that make one bet; of what does not bet there is nothing, here and below."""
    pvalues: Mapping[str, list[float]]
    capital: Mapping[str, list[float]]
    total: list[float]
    """After each day; before the first it is 1."""
    silent: tuple[str, ...] = ()
    """What does not bet: its days resemble each other too long."""


def day_values(reference: Reference, start_L: np.ndarray, sums_LF: np.ndarray, config: MonitorConfig) -> DayValues:
    """Measure each day alone, new ones and the reference's."""
    groups = reference.features.groups
    old, new = {}, {}
    for bet in BETS:
        watched = [check for check in checks(reference.features) if _bet_of(check) == bet]
        only = held_only(watched[0].topic)
        windows = Windows.of(reference, start_L[:, None], sums_LF, config.season_days, held_only=only)
        ask = more_missing if bet == MISSING else None
        measured = [
            windows.measure(ask or check.distance, [groups[name] for name in check.groups]) for check in watched
        ]
        if bet == MISSING:
            measured = [(_steps(own, config), _steps(usual, config)) for own, usual in measured]
        new[bet], old[bet] = (_mean_of_known(np.stack(side)) for side in zip(*measured, strict=True))
    return DayValues(reference=old, new=new)


def weigh(reference: Mapping[str, np.ndarray], days: Mapping[str, Sequence[float]], name: str) -> Evidence:
    """Add up the evidence of new days, in the order they came; `name` seeds the lots of ties."""
    units, pvalues, capital = {}, {}, {}
    known = {bet: reference[bet][np.isfinite(reference[bet])] for bet in BETS}
    memory = {bet: days_to_forget(known[bet]) for bet in BETS}
    longest = max(memory[bet] for bet in BETS if bet != MISSING)
    memory |= {bet: longest for bet in BETS if bet != MISSING}
    for bet in [bet for bet in BETS if memory[bet] <= MAX_MEMORY]:
        units[bet] = UNIT_TIMES * memory[bet] if memory[bet] > 1 else 1
        usual, ranks = _units(known[bet], units[bet]), []
        for step, value in enumerate(_units(days[bet], units[bet])):
            ranks.append(smoothed_rank(value, usual, f"{name}|{bet}|{step}"))
            usual.append(value)
        pvalues[bet], capital[bet] = ranks, [1.0, *capital_T(ranks)]
    number = max(len(days[bet]) for bet in BETS)
    paths = {bet: [_after(capital[bet], day // units[bet]) for day in range(number + 1)] for bet in units}
    total = [float(np.mean(held)) for held in zip(*paths.values(), strict=True)] or [1.0] * (number + 1)
    silent = tuple(bet for bet in BETS if bet not in units)
    return Evidence(unit_days=units, pvalues=pvalues, capital=capital, total=total, silent=silent)


def days_to_forget(value_B: np.ndarray) -> int:
    """Return the integrated autocorrelation time in days, 1 to 7 (Geyer 1992: as long as it is positive)."""
    if len(value_B) < 2 * _LONGEST or np.ptp(value_B) == 0.0:
        return 1
    centred = value_B - value_B.mean()
    total = 1.0
    for lag in range(1, _LONGEST + 1):
        correlation = float((centred[lag:] * centred[:-lag]).mean() / (centred**2).mean())
        if correlation <= 2.0 / np.sqrt(len(value_B)):  # not to be told from none
            break
        total += 2.0 * correlation
    return int(np.clip(np.ceil(total - 1e-9), 1, _LONGEST))


def explains(check: Check) -> str:
    """Return the bet whose evidence a check can explain."""
    return MISSING if check.name == MISSING else check.topic


def _steps(share_W: np.ndarray, config: MonitorConfig) -> np.ndarray:
    """Count how often what matters is in a share: days with as many missing cells differ by their centres else."""
    return np.asarray(np.floor(np.maximum(share_W, 0.0) / max(config.min_missing, 1e-6)))


def _bet_of(check: Check) -> str:
    """Return what a check bets for; empty if it does not."""
    return INPUTS if check.groups[0].startswith("column:") else _BET_OF.get(check.name, "")


def _mean_of_known(measured_CW: np.ndarray) -> np.ndarray:
    known_CW = np.isfinite(measured_CW)
    total_W, count_W = np.where(known_CW, measured_CW, 0.0).sum(axis=0), known_CW.sum(axis=0)
    return np.asarray(np.divide(total_W, count_W, out=np.full(len(total_W), np.nan), where=count_W > 0))


def _after(path: Sequence[float], steps: int) -> float:
    return path[min(steps, len(path) - 1)]


def _units(values: Iterable[float], unit: int) -> list[float]:
    known = [value for value in values if np.isfinite(value)]
    return [float(np.mean(known[at : at + unit])) for at in range(0, len(known) - unit + 1, unit)]
