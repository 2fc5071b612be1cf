"""One column of the contract."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self

from vaegis.errors import DataError

DTYPES: Final = ("float64", "int64", "string", "bool", "timestamp")
KINDS: Final = ("numeric", "count", "angle", "category", "binary", "text", "identifier", "time")
ROLES: Final = ("key", "time", "feature", "context", "label")
_WHERE: Final = "the field's tags in feature_repo/"


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnSpec:
    """Describe one column: what it holds, in which unit, between which bounds, and what it is for."""

    name: str
    dtype: str
    """One of `DTYPES`."""
    kind: str
    """One of `KINDS`; decides transform and likelihood."""
    role: str
    """One of `ROLES`: `feature` is modelled, `context` only carried and validated, `label` only for evaluation."""
    unit: str = ""
    minimum: float | None = None
    """Smallest valid value, in `unit`, inclusive."""
    maximum: float | None = None
    """Largest valid value, in `unit`, inclusive."""
    max_missing: float = 1.0
    """Largest share of missing values the table may have, 0 to 1."""
    level: tuple[str, ...] = ()
    """For labels: the keys at which the label is known when coarser than the row (e.g. one key of two)."""
    description: str = ""
    view: str = ""
    """The feature view the column comes from."""

    def __post_init__(self) -> None:
        """Refuse unknown words and impossible bounds."""
        for field, value, allowed in (
            ("dtype", self.dtype, DTYPES),
            ("kind", self.kind, KINDS),
            ("role", self.role, ROLES),
        ):
            if value not in allowed:
                raise DataError(f"column {self.name}: {field} is {value!r}", allowed=", ".join(allowed), where=_WHERE)
        if not 0.0 <= self.max_missing <= 1.0:
            raise DataError(f"column {self.name}: max_missing is {self.max_missing}", allowed="0 to 1", where=_WHERE)
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise DataError(f"column {self.name}: min {self.minimum} is above max {self.maximum}", where=_WHERE)

    @property
    def is_discrete(self) -> bool:
        """Whether values are levels (categories) rather than amounts."""
        return self.kind in ("category", "binary")

    def to_json(self) -> dict[str, Any]:
        """Return the column as plain JSON."""
        return {**asdict(self), "level": list(self.level)}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild a column from `to_json`."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(record) - known):
            raise DataError(
                f"column {record.get('name')}: unknown field {unknown[0]!r}", allowed=", ".join(sorted(known))
            )
        return cls(**{**record, "level": tuple(record.get("level", ()))})
