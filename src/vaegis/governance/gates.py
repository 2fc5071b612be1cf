"""Gates: what one number or one file must show, and what came of it."""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from vaegis.errors import ConfigError

OPERATORS: Final[dict[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
}
DIRECTIONS: Final = ("higher", "lower")
OPPONENTS: Final = ("champion",)
PASSED: Final = "passed"
FAILED: Final = "failed"
NOT_APPLICABLE: Final = "not applicable"
WAIVED: Final = "waived"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """What one metric must show (a threshold, a range, or beside the champion), or which file must be there."""

    name: str
    why: str
    """The reason for the gate, for whoever meets it refused."""
    metric: str = ""
    """Path of the number, e.g. `evaluate/latent/active_units`."""
    file: str = ""
    """In place of a metric: a file of the project that must be there, e.g. `reports/validation/report.json`."""
    operator: str = ""
    """One of `OPERATORS`; with `threshold`."""
    threshold: float | None = None
    between: tuple[float, ...] = ()
    """Lowest and highest number accepted."""
    against: str = ""
    """`champion`: compare with the champion's number on the same rows; with `direction` and `margin`."""
    direction: str = ""
    """Which is better, `higher` or `lower`."""
    margin: float = 0.0
    """How much worse than the champion is still accepted, in the metric's unit."""
    paired: bool = False
    """With `against`: the whole 95 % interval of the paired difference must stay within the margin, not only the
    difference itself."""
    minimum_rows: int = 0
    """How many rows (events, draws) the number must rest on."""
    maximum_age_days: float | None = None
    """With `file`, a JSON file: how old what its key `time` says may be."""
    time: str = ""
    """Key of a JSON file that holds the time it is about, ISO 8601; nested ones by path, `a/b`."""
    required: bool = True
    """False: a failure is shown but does not refuse."""

    def __post_init__(self) -> None:
        """Refuse a gate that asks for nothing, for two things, or for something unknown."""
        if bool(self.metric) == bool(self.file):
            raise self._error("has both `metric` and `file`, or neither", "one of the two")
        if self.file:
            self._check_file()
        elif self.maximum_age_days is not None or self.time:
            raise self._error("has `maximum_age_days` or `time` without `file`", "file: a JSON file of the project")
        elif self.against:
            self._check_opponent()
        elif self.between:
            self._check_range()
        else:
            self._check_threshold()
        if not (math.isfinite(self.margin) and self.margin >= 0):
            raise self._error(f"margin is {self.margin}", "a finite number, at least 0")
        if self.minimum_rows < 0:
            raise self._error(f"minimum_rows is {self.minimum_rows}", "a whole number, at least 0")

    def _check_opponent(self) -> None:
        self._one_of("against", self.against, OPPONENTS)
        self._one_of("direction", self.direction, DIRECTIONS)
        if self.operator or self.threshold is not None or self.between:
            raise self._error("has both `against` and a threshold", "one of the two")

    def _check_range(self) -> None:
        if self.operator or self.threshold is not None:
            raise self._error("has both `between` and a threshold", "one of the two")
        if len(self.between) != 2 or not all(map(math.isfinite, self.between)) or self.between[0] > self.between[1]:
            raise self._error(f"between is {list(self.between)}", "[lowest, highest], finite numbers in this order")
        self._check_alone()

    def _check_threshold(self) -> None:
        self._one_of("operator", self.operator, OPERATORS)
        if self.threshold is None or not math.isfinite(self.threshold):
            raise self._error(f"threshold is {self.threshold}", "a finite number, or `against: champion`")
        self._check_alone()

    def _check_alone(self) -> None:
        if self.direction or self.margin or self.paired:
            raise self._error("has `direction`, `margin` or `paired` without `against`", "against: champion")

    def _check_file(self) -> None:
        asked = (self.operator, self.threshold is not None, self.between, self.against, self.minimum_rows)
        if any(asked):
            raise self._error("has a `file` and a rule for a number", "maximum_age_days and time")
        path = PurePosixPath(self.file)
        if path.is_absolute() or ".." in path.parts:
            raise self._error(f"file is {self.file!r}", "a file inside the project")
        if bool(self.time) != (self.maximum_age_days is not None):
            raise self._error("has one of `maximum_age_days` and `time`", "both or neither")
        if self.maximum_age_days is not None and not 0 < self.maximum_age_days < math.inf:
            raise self._error(f"maximum_age_days is {self.maximum_age_days}", "a number above 0")
        self._check_alone()

    def _one_of(self, key: str, value: str, allowed: Any) -> None:
        if value not in allowed:
            raise self._error(f"{key} is {value!r}", ", ".join(allowed))

    def _error(self, what: str, allowed: str) -> ConfigError:
        return ConfigError(f"gate {self.name!r}: {what}", allowed=allowed, where="policy.yaml: gates")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """The champion's numbers, and whether they were measured on the candidate's rows."""

    label: str
    """What to call it, e.g. `champion, version 3`."""
    metrics: Mapping[str, Any]
    same_rows: bool
    differences: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Metric -> `difference`, `low`, `high` (candidate minus champion, paired by row) and `rows`, or `reason`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GateResult:
    """What came of one gate."""

    name: str
    metric: str
    """Or file."""
    status: str
    """`passed`, `failed`, `not applicable` or `waived`."""
    required: bool
    value: float | None
    """The candidate's number; None where there is none, or none that is finite."""
    bound: float | None
    """What the number was held against; None where there was nothing."""
    condition: str
    """What was asked, e.g. `>= 2`."""
    reason: str
    why: str

    @property
    def refuses(self) -> bool:
        """Whether this result alone keeps a model from promotion."""
        return self.required and self.status == FAILED
