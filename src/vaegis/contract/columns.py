"""One column of the contract."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self

from vaegis.errors import DataError

DTYPES: Final = ("float64", "int64", "string", "bool", "timestamp")
KINDS: Final = ("numeric", "count", "angle", "category", "binary", "ordinal", "text", "identifier", "time")
ROLES: Final = ("key", "time", "feature", "condition", "context", "label")
TRANSFORMS: Final = ("standard", "quantile")
_RARE_FIELDS: Final = ("likelihood", "transform", "order")
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
    """One of `ROLES`: `feature` is modelled, `condition` is what the features are modelled given, `context` is only
    carried and validated, `label` is only for evaluation."""
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
    likelihood: str = ""
    """The family of distributions that describes the column; empty for its kind's own."""
    transform: str = ""
    """Of numbers, one of `TRANSFORMS`; empty for `standard`."""
    order: tuple[str, ...] = ()
    """For kind `ordinal`: its levels from the lowest up; numbers need none."""

    def __post_init__(self) -> None:
        """Refuse unknown words and impossible bounds."""
        for field, value, allowed in (
            ("dtype", self.dtype, DTYPES),
            ("kind", self.kind, KINDS),
            ("role", self.role, ROLES),
        ):
            if value not in allowed:
                raise DataError(f"column {self.name}: {field} is {value!r}", allowed=", ".join(allowed), where=_WHERE)
        if self.transform not in ("", *TRANSFORMS) or (self.transform and (self.is_discrete or self.kind == "angle")):
            what = f"column {self.name}: transform is {self.transform!r}, of kind {self.kind}"
            raise DataError(what, allowed=f"{', '.join(TRANSFORMS)}, of numbers that are no angles", where=_WHERE)
        if not 0.0 <= self.max_missing <= 1.0:
            raise DataError(f"column {self.name}: max_missing is {self.max_missing}", allowed="0 to 1", where=_WHERE)
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise DataError(f"column {self.name}: min {self.minimum} is above max {self.maximum}", where=_WHERE)

    @property
    def is_discrete(self) -> bool:
        """Whether values are levels (categories) rather than amounts."""
        return self.kind in ("category", "binary", "ordinal")

    @property
    def is_input(self) -> bool:
        """Whether a model reads the column: features, and what they are modelled given."""
        return self.role in ("feature", "condition")

    def to_json(self) -> dict[str, Any]:
        """Return the column as plain JSON; what few columns have is written only where they have it."""
        record = {**asdict(self), "level": list(self.level), "order": list(self.order)}
        return {name: value for name, value in record.items() if value or name not in _RARE_FIELDS}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild a column from `to_json`."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(record) - known):
            raise DataError(
                f"column {record.get('name')}: unknown field {unknown[0]!r}", allowed=", ".join(sorted(known))
            )
        return cls(**{**record, **{name: tuple(record.get(name, ())) for name in ("level", "order")}})
