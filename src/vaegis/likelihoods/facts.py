"""What a family, and the network that reads its column, must know of a column beside the family's name."""

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnFacts:
    """Facts of one column; the defaults are those of any standardised amount."""

    num_levels: int = 0
    """Levels of a discrete column, the missing-or-unseen code 0 not counted; 0 for numeric columns."""
    center: float = 0.0
    scale: float = 1.0
    """A count x stands at z = (x - center) / scale, with logarithmic tails."""
    points: tuple[float, ...] = ()
    """Values, on the standardised scale, at which a share of the rows stands exactly."""
    cycles: tuple[tuple[float, float], ...] = ()
    """(frequency, phase) of each cycle: the encoder reads sine and cosine of frequency * z + phase."""
    wraps: bool = False
    """Whether the ends of the scale, -pi and pi, are one point: the encoder then reads nothing but the cycles."""

    def to_json(self) -> dict[str, Any]:
        """Return what differs from the defaults, as plain JSON."""
        plain = asdict(ColumnFacts())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        more = {"points": tuple(record.get("points", ())), "cycles": tuple(map(tuple, record.get("cycles", ())))}
        return cls(**{**record, **more})
