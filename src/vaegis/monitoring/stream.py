"""What is unusual about each day, and the evidence that adds up over days. T units of days, B blocks.

One number a topic and day is ranked among the reference's days and the new ones before it. Neighbouring days resemble
each other: where the reference's numbers are correlated, twice as many days as are needed to forget are averaged into
one unit, and the reference's own units are what it is ranked among. (One time was too few: in worlds without a change
whose days had a correlation of 0.6, 6 % of years raised an alarm that 1 % may; twice, 1 %.)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring.betting import capital_T, smoothed_rank
from vaegis.monitoring.checks import INPUTS, TOPICS, Check, checks
from vaegis.monitoring.judge import held_only
from vaegis.monitoring.reference import Reference
from vaegis.monitoring.windows import Windows

MAX_UNIT: Final = 7
_WATCHED: Final[Mapping[str, str]] = {"reconstruction": "score/rank", "latents": "latents/mmd"}


@dataclass(frozen=True, kw_only=True, slots=True)
class DayValues:
    """How far out days are, by topic."""

    reference: Mapping[str, np.ndarray]
    new: Mapping[str, np.ndarray]
    """NaN where there is nothing to measure."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Capital after each unit, by topic and averaged over them; the average is a martingale, too."""

    unit_days: Mapping[str, int]
    """Days that make one bet, by topic."""
    pvalues: Mapping[str, list[float]]
    capital: Mapping[str, list[float]]
    total: list[float]
    """After each day; before the first it is 1."""


def day_values(reference: Reference, start_L: np.ndarray, sums_LF: np.ndarray, config: MonitorConfig) -> DayValues:
    """Measure each day alone, new ones and the reference's."""
    groups = reference.features.groups
    old, new = {}, {}
    for topic in TOPICS:
        only = held_only(topic)
        windows = Windows.of(reference, start_L[:, None], sums_LF, config.season_days, held_only=only)
        watched = [check for check in checks(reference.features) if _is_watched(check)]
        measured = [
            windows.measure(check.distance, [groups[name] for name in check.groups])
            for check in watched
            if check.topic == topic
        ]
        new[topic], old[topic] = (_mean_of_known(np.stack(side)) for side in zip(*measured, strict=True))
    return DayValues(reference=old, new=new)


def weigh(reference: Mapping[str, np.ndarray], days: Mapping[str, Sequence[float]], name: str) -> Evidence:
    """Add up the evidence of new days, in the order they came; `name` seeds the lots of ties."""
    units, pvalues, capital = {}, {}, {}
    for topic in TOPICS:
        known = reference[topic][np.isfinite(reference[topic])]
        unit = days_to_forget(known)
        units[topic] = 2 * unit if unit > 1 else 1
        usual, ranks = _units(known, units[topic]), []
        for step, value in enumerate(_units(days[topic], units[topic])):
            ranks.append(smoothed_rank(value, usual, f"{name}|{topic}|{step}"))
            usual.append(value)
        pvalues[topic], capital[topic] = ranks, [1.0, *capital_T(ranks)]
    number = max(len(days[topic]) for topic in TOPICS)
    total = [
        float(np.mean([_after(capital[topic], day // units[topic]) for topic in TOPICS])) for day in range(number + 1)
    ]
    return Evidence(unit_days=units, pvalues=pvalues, capital=capital, total=total)


def days_to_forget(value_B: np.ndarray) -> int:
    """Return the integrated autocorrelation time in days, 1 to `MAX_UNIT` (Geyer 1992: as long as it is positive)."""
    if len(value_B) < 2 * MAX_UNIT or np.ptp(value_B) == 0.0:
        return 1
    centred = value_B - value_B.mean()
    total = 1.0
    for lag in range(1, MAX_UNIT + 1):
        correlation = float((centred[lag:] * centred[:-lag]).mean() / (centred**2).mean())
        if correlation <= 2.0 / np.sqrt(len(value_B)):  # not to be told from none
            break
        total += 2.0 * correlation
    return int(np.clip(np.ceil(total - 1e-9), 1, MAX_UNIT))


def _is_watched(check: Check) -> bool:
    return check.groups[0].startswith("column:") if check.topic == INPUTS else check.name == _WATCHED[check.topic]


def _mean_of_known(measured_CW: np.ndarray) -> np.ndarray:
    known_CW = np.isfinite(measured_CW)
    total_W, count_W = np.where(known_CW, measured_CW, 0.0).sum(axis=0), known_CW.sum(axis=0)
    return np.asarray(np.divide(total_W, count_W, out=np.full(len(total_W), np.nan), where=count_W > 0))


def _after(path: Sequence[float], steps: int) -> float:
    return path[min(steps, len(path) - 1)]


def _units(values: Iterable[float], unit: int) -> list[float]:
    known = [value for value in values if np.isfinite(value)]
    return [float(np.mean(known[at : at + unit])) for at in range(0, len(known) - unit + 1, unit)]
