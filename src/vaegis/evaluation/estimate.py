"""One measured number: its interval, the rows behind it, or why there is none."""

import math
from dataclasses import dataclass
from typing import Self

Interval = tuple[float, float] | None
"""Both ends of a 95 % interval; None where none can be had."""


class NotComputable(Exception):  # noqa: N818 - not an error: an answer
    """Say why a number cannot be had; the message completes "not computable, because ..."."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval, or the reason why there is none. Never NaN."""

    value: float | None
    """None: not computable, because `reason`."""
    low: float | None = None
    high: float | None = None
    """Both ends of the interval; None where there are too few rows for one."""
    rows: int = 0
    """Rows (events, draws) that the number rests on."""
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a number that is none, half an interval, and silence without a number."""
        if any(number is not None and not math.isfinite(number) for number in (self.value, self.low, self.high)):
            raise ValueError(f"{self} is not finite")
        if (self.low is None) != (self.high is None) or (self.value is None and self.low is not None):
            raise ValueError(f"{self} has half an interval, or one around nothing")
        if (self.value is None) != bool(self.reason):
            raise ValueError(f"{self} must have either a value or a reason")

    @classmethod
    def of(cls, value: float, rows: int, interval: Interval = None, *, otherwise: str = "") -> Self:
        """Return the number with its interval, or nothing because of `otherwise` where it is not finite."""
        value = float(value)
        if not math.isfinite(value):
            return cls.absent(otherwise or f"it comes out as {value}", rows)
        if interval is None or not all(math.isfinite(end) for end in interval):
            return cls(value, rows=rows)
        return cls(value, float(interval[0]), float(interval[1]), rows)

    @classmethod
    def absent(cls, reason: str, rows: int = 0) -> Self:
        """Return no number, and why."""
        return cls(None, rows=rows, reason=reason)

    def text(self, unit: str = "") -> str:
        """Write it for a reader."""
        if self.value is None:
            return f"not computable, because {self.reason}"
        interval = "" if self.low is None else f" [{self.low:.4g}, {self.high:.4g}]"
        return f"{self.value:.4g}{interval} {unit}".strip()
