"""From findings and evidence to one word, its exit code, and a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring.checks import Check
from vaegis.monitoring.judge import CHANGED, FAR, NO_DATA, UNDERPOWERED, Finding
from vaegis.monitoring.state import ALARM, Judged

FINE: Final = "fine"
WARNING: Final = "warning"
EXIT_CODES: Final[Mapping[str, int]] = {FINE: 0, UNDERPOWERED: 0, WARNING: 10, NO_DATA: 10, ALARM: 20}


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """What a batch comes to."""

    word: str
    sentence: str

    @property
    def exit_code(self) -> int:
        """What a command ends with."""
        return EXIT_CODES[self.word]


def decide(
    findings: Sequence[Finding],
    capital: float,
    sustained: Mapping[str, float],
    invalid_share: float,
    config: MonitorConfig,
    silent: Sequence[str] = (),
) -> Status:
    """Call a batch fine, a warning (it differs by itself) or an alarm (the evidence over time says so).

    Or no data, or underpowered: it differs as far as a reference of this length can tell, or no evidence can add up.

    Args:
        findings: of this batch.
        capital: the highest evidence over time that the batch's days came to.
        sustained: checks of what the evidence is about whose change mattered on average since it began to grow.
        invalid_share: share of rows outside the contract's bounds.
        config: levels and floors.
        silent: what cannot bet over time.
    """
    changed = sorted((item for item in findings if item.verdict == CHANGED), key=lambda item: -(item.effect or 0.0))
    far_out = [item for item in findings if item.verdict == UNDERPOWERED]
    if all(item.verdict == NO_DATA for item in findings):
        return Status(word=NO_DATA, sentence=f"nothing can be said: {findings[0].reason}")
    told = f"evidence over time {capital:.3g}, an alarm from {1 / config.alarm_level:.3g} on"
    told += f"; no bet on {', '.join(silent)}: days resemble each other too long" if silent else ""
    if capital >= 1.0 / config.alarm_level and sustained:
        names = ", ".join(f"{name} (+{effect:.2f})" for name, effect in list(sustained.items())[:3])
        return Status(word=ALARM, sentence=f"the new rows are not like the reference, above all in {names}; {told}")
    if changed:
        names = ", ".join(f"{item.check} (+{item.effect:.2f})" for item in changed[:3])
        return Status(word=WARNING, sentence=f"{len(changed)} checks of this batch differ, above all {names}; {told}")
    if invalid_share > config.min_missing:
        what = f"{invalid_share:.1%} of the rows lie outside the contract's bounds and were not judged"
        return Status(word=WARNING, sentence=f"{what}; {told}")
    if far_out:
        names = ", ".join(item.check for item in far_out[:3])
        what = f"{names} further out than the whole reference, which is too short to rule out chance"
        is_far = any(item.is_far for item in far_out)
        by = f", but by {FAR:g} times what matters or more" if is_far else ""
        return Status(word=WARNING if is_far else UNDERPOWERED, sentence=f"{what}{by}; {told}")
    return Status(word=UNDERPOWERED if silent else FINE, sentence=f"nothing beyond what is usual; {told}")


def sustained(past: Sequence[Judged], asked: Sequence[Check], config: MonitorConfig) -> dict[str, float]:
    """Return how far beyond usual checks were on average since the evidence began to grow, where that matters.

    The growth begins after the last batch that left the evidence at its start or below.
    """
    begin = max((place + 1 for place, batch in enumerate(past[:-1]) if batch.capital <= 1.0), default=0)
    batches = [batch for batch in past[begin:] if batch.days]
    means = {}
    for check in asked:
        known = [(batch.shifts[check.name], batch.days) for batch in batches]
        weighed = [(shift, days) for shift, days in known if shift is not None]
        if weighed:
            shifts, days = zip(*weighed, strict=True)
            means[check.name] = (float(np.average(shifts, weights=days)), float(getattr(config, check.floor)))
    above = {name: mean for name, (mean, floor) in means.items() if mean >= floor}
    return dict(sorted(above.items(), key=lambda item: -item[1]))
