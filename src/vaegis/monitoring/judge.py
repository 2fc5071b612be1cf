"""Judge one batch: every check against the reference's windows, named by Benjamini-Hochberg, kept if it matters."""

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring.checks import INPUTS, TOPICS, Check, checks
from vaegis.monitoring.reference import Reference
from vaegis.monitoring.windows import Windows, rank
from vaegis.scoring.calibration import flags_N

CHANGED: Final = "changed"
USUAL: Final = "usual"
SMALL: Final = "too small to matter"
NO_DATA: Final = "no data"
UNDERPOWERED: Final = "underpowered"
FAR: Final = 5.0
"""Times what matters that a check must be out to be a warning where the reference is too short to name it."""
_TWICE: Final = 2.0
"""And times the furthest window of the reference: what is out by chance hardly doubles it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a check came to."""

    check: str
    topic: str
    verdict: str
    """`changed`, `usual`, `too small to matter`, `underpowered` or `no data`."""
    distance: float | None
    usual: float | None
    """The same of half of the reference's windows at most: what is nothing unusual."""
    effect: float | None
    """The distance beyond the usual one."""
    floor: float
    pvalue: float | None
    windows: int
    """Windows of the reference it was ranked among."""
    reading: str
    reason: str = ""
    is_far: bool = False
    """Underpowered, but too far out to be left at that."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)


def judge(reference: Reference, start_L: np.ndarray, sums_LF: np.ndarray, config: MonitorConfig) -> tuple[Finding, ...]:
    """Return what every check says of a batch of L blocks in a row."""
    new = sums_LF.sum(axis=0)[None]
    windows = {
        topic: Windows.of(reference, start_L[None], new, config.season_days, held_only=held_only(topic))
        for topic in TOPICS
    }
    asked = list(checks(reference.features))
    measured = [_measure(check, reference, windows[check.topic]) for check in asked]
    pvalues = np.array([np.nan if value is None else rank(value, others) for value, others in measured])
    named_N = flags_N(pvalues, config.alpha)
    number = int(np.isfinite(pvalues).sum())
    return tuple(
        _finding(check, (value, others, p), named, number, config)
        for check, (value, others), p, named in zip(asked, measured, pvalues, named_N, strict=True)
    )


def held_only(topic: str) -> bool:
    """Whether a topic is held against held-out blocks: what the model says is, inputs are against all."""
    return topic != INPUTS


def _measure(check: Check, reference: Reference, windows: Windows) -> tuple[float | None, np.ndarray]:
    groups = reference.features.groups
    own, others = windows.measure(check.distance, [groups[name] for name in check.groups])
    return (float(own[0]) if np.isfinite(own[0]) else None), others[np.isfinite(others)]


def _finding(
    check: Check, measured: tuple[float | None, np.ndarray, float], named: bool, number: int, config: MonitorConfig
) -> Finding:
    value, others, pvalue = measured
    floor = float(getattr(config, check.floor))
    known: dict[str, Any] = {"check": check.name, "topic": check.topic, "floor": floor, "windows": len(others)}
    known |= {"reading": check.reading, "distance": value, "usual": None, "effect": None, "pvalue": None}
    if value is None or not len(others):
        which = (
            "the batch has no such value in whole days" if value is None else "the reference has none of this length"
        )
        return Finding(**known, verdict=NO_DATA, reason=which)
    known |= {"usual": float(np.median(others)), "pvalue": pvalue}
    known["effect"] = max(0.0, value - known["usual"])
    if named:
        return Finding(**known, verdict=CHANGED if known["effect"] >= floor else SMALL)
    smallest = 1.0 / (1 + len(others))
    if known["effect"] >= floor and pvalue <= smallest:
        reason = f"further out than all {len(others)} windows of the reference, too few to rule out chance"
        is_far = known["effect"] >= max(FAR * floor, _TWICE * (float(others.max()) - known["usual"]))
        return Finding(**known, verdict=UNDERPOWERED, reason=reason, is_far=is_far)
    return Finding(**known, verdict=USUAL)
