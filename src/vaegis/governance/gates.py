"""One gate: a measured number, what it is held against, and in plain words why it passes or fails."""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vaegis.errors import ConfigError

OPERATORS: Final[dict[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
}
OPPONENTS: Final = ("champion",)
DIRECTIONS: Final = ("higher", "lower")

PASSED: Final = "passed"
FAILED: Final = "failed"
NOT_APPLICABLE: Final = "not applicable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """What one metric must show: an operator and a threshold, or a comparison with the champion."""

    name: str
    metric: str
    """Path of the number, e.g. `evaluate/latent/active_units`."""
    why: str
    """The reason for the gate, for whoever meets it refused."""
    operator: str = ""
    """One of `OPERATORS`; with `threshold`."""
    threshold: float | None = None
    against: str = ""
    """`champion`: compare with the champion's number on the same rows; with `direction` and `margin`."""
    direction: str = ""
    """Which is better, `higher` or `lower`."""
    margin: float = 0.0
    """How much worse than the champion is still accepted, in the metric's unit."""
    required: bool = True
    """False: a failure is shown but does not refuse."""

    def __post_init__(self) -> None:
        """Refuse a gate that asks for nothing, for two things, or for something unknown."""
        if self.against:
            self._one_of("against", self.against, OPPONENTS)
            self._one_of("direction", self.direction, DIRECTIONS)
            if self.operator or self.threshold is not None:
                raise self._error("has both `against` and a threshold", "one of the two")
        else:
            self._one_of("operator", self.operator, OPERATORS)
            if self.threshold is None or not math.isfinite(self.threshold):
                raise self._error(f"threshold is {self.threshold}", "a finite number, or `against: champion`")
            if self.direction or self.margin:
                raise self._error("has `direction` or `margin` without `against`", "against: champion")
        if not (math.isfinite(self.margin) and self.margin >= 0):
            raise self._error(f"margin is {self.margin}", "a finite number, at least 0")

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


@dataclass(frozen=True, kw_only=True, slots=True)
class GateResult:
    """What came of one gate."""

    name: str
    metric: str
    status: str
    """`passed`, `failed` or `not applicable`."""
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


def judge(gate: Gate, metrics: Mapping[str, Any], reference: Reference | None, on_other_rows: str) -> GateResult:
    """Hold one gate against the numbers; whatever is missing, not a number or not finite fails."""
    value, trouble = read_number(metrics, gate.metric)
    if value is None:
        return _result(gate, FAILED, None, None, _asked(gate), trouble)
    if not gate.against:
        assert gate.threshold is not None  # noqa: S101 - Gate refuses it
        return _compare(gate, value, gate.operator, float(gate.threshold), f"{gate.threshold:g}")
    if reference is None:
        return _result(gate, NOT_APPLICABLE, value, None, _asked(gate), "not applicable: no champion yet")
    if not reference.same_rows:
        status = FAILED if on_other_rows == "refuse" else NOT_APPLICABLE
        reason = f"not comparable: the {reference.label} was measured on other rows (policy: {on_other_rows})"
        return _result(gate, status, value, None, _asked(gate), reason)
    return _against(gate, value, reference)


def read_number(metrics: Mapping[str, Any], name: str) -> tuple[float | None, str]:
    """Return a finite number, or None and what is the matter with it."""
    if name not in metrics:
        return None, f"{name} was not measured"
    value = metrics[name]
    if value is None:
        # JSON has no NaN or infinity: evaluation writes null for both.
        return None, f"{name} is not finite"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, f"{name} is {value!r} ({type(value).__name__}), not a number"
    if not math.isfinite(value):
        return None, f"{name} is {value}, not finite"
    return float(value), ""


def _against(gate: Gate, value: float, reference: Reference) -> GateResult:
    theirs, trouble = read_number(reference.metrics, gate.metric)
    if theirs is None:
        return _result(gate, FAILED, value, None, _asked(gate), f"the {reference.label} has no number: {trouble}")
    lower = gate.direction == "lower"
    bound = theirs + gate.margin if lower else theirs - gate.margin
    sign = "+" if lower else "-"
    shown = f"{bound:.4g} ({reference.label}: {theirs:.4g} {sign} {gate.margin:g})"
    return _compare(gate, value, "<=" if lower else ">=", bound, shown)


def _compare(gate: Gate, value: float, sign: str, bound: float, shown: str) -> GateResult:
    passed = OPERATORS[sign](value, bound)
    reason = f"{value:.4g} is {'' if passed else 'not '}{sign} {shown}"
    return _result(gate, PASSED if passed else FAILED, value, bound, f"{sign} {bound:.4g}", reason)


def _asked(gate: Gate) -> str:
    if not gate.against:
        return f"{gate.operator} {gate.threshold:g}"
    limit = f"{'+' if gate.direction == 'lower' else '-'} {gate.margin:g}"
    return f"{'<=' if gate.direction == 'lower' else '>='} {gate.against} {limit}"


def _result(
    gate: Gate, status: str, value: float | None, bound: float | None, condition: str, reason: str
) -> GateResult:
    return GateResult(
        name=gate.name,
        metric=gate.metric,
        status=status,
        required=gate.required,
        value=value,
        bound=bound,
        condition=condition,
        reason=reason,
        why=gate.why,
    )
