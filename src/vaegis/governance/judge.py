"""Hold one gate against what is known; whatever is missing, not finite, of another type or broken fails."""

import json
import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from vaegis.governance.dossier import Dossier
from vaegis.governance.entry import read_time
from vaegis.governance.gates import FAILED, NOT_APPLICABLE, OPERATORS, PASSED, Gate, GateResult, Reference

REFUSE: Final = "refuse"
_DAY: Final = 86400.0


def judge(
    gate: Gate,
    metrics: Mapping[str, Any],
    reference: Reference | None,
    on_other_rows: str,
    dossier: Dossier | None = None,
) -> GateResult:
    """Judge a candidate's `metrics` by one gate."""
    known = dossier or Dossier()
    if gate.file:
        return _judge_file(gate, known)
    value, trouble = read_number(metrics, gate.metric, known.notes)
    if value is None:
        return _result(gate, FAILED, None, None, trouble)
    if gate.minimum_rows and (few := _too_few(gate, known.rows.get(gate.metric))):
        return _result(gate, FAILED, value, None, few)
    if gate.against:
        return _judge_beside(gate, value, reference, on_other_rows)
    result = _judge_alone(gate, value)
    note = known.notes.get(gate.metric, "")
    if result.status == FAILED and note:
        return _result(gate, FAILED, value, result.bound, f"{result.reason}: {note}", result.condition)
    return result


def read_number(
    metrics: Mapping[str, Any], name: str, notes: Mapping[str, str] | None = None
) -> tuple[float | None, str]:
    """Return a finite number, or None and what is the matter with it."""
    because = f": {notes[name]}" if notes and notes.get(name) else ""
    if name not in metrics:
        return None, f"{name} was not measured{because}"
    value = metrics[name]
    if value is None:
        # JSON has no NaN or infinity: evaluation writes null for both.
        return None, f"{name} is not finite{because}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, f"{name} is {value!r} ({type(value).__name__}), not a number"
    if not math.isfinite(value):
        return None, f"{name} is {value}, not finite"
    return float(value), ""


def _too_few(gate: Gate, rows: Any) -> str:
    if isinstance(rows, bool) or not isinstance(rows, int):
        return f"nothing says how many rows are behind {gate.metric}, at least {gate.minimum_rows:,} are asked"
    return f"{rows:,} rows are behind it, at least {gate.minimum_rows:,} are asked" if rows < gate.minimum_rows else ""


def _judge_alone(gate: Gate, value: float) -> GateResult:
    if gate.between:
        low, high = gate.between
        passed = low <= value <= high
        bound = low if value < low else high
        reason = f"{value:.4g} is {'' if passed else 'not '}between {low:g} and {high:g}"
        return _result(gate, PASSED if passed else FAILED, value, bound, reason)
    assert gate.threshold is not None  # noqa: S101 - Gate refuses it
    return _compare(gate, value, gate.operator, float(gate.threshold), f"{gate.threshold:g}")


def _judge_beside(gate: Gate, value: float, reference: Reference | None, on_other_rows: str) -> GateResult:
    if reference is None:
        return _result(gate, NOT_APPLICABLE, value, None, "not applicable: no champion yet")
    if gate.paired:
        return _judge_paired(gate, value, reference)
    if not reference.same_rows:
        status = FAILED if on_other_rows == REFUSE else NOT_APPLICABLE
        reason = f"not comparable: the {reference.label} was measured on other rows (policy: {on_other_rows})"
        return _result(gate, status, value, None, reason)
    theirs, trouble = read_number(reference.metrics, gate.metric)
    if theirs is None:
        return _result(gate, FAILED, value, None, f"the {reference.label} has no number: {trouble}")
    lower = gate.direction == "lower"
    bound = theirs + gate.margin if lower else theirs - gate.margin
    sign = "+" if lower else "-"
    shown = f"{bound:.4g} ({reference.label}: {theirs:.4g} {sign} {gate.margin:g})"
    return _compare(gate, value, "<=" if lower else ">=", bound, shown)


def _judge_paired(gate: Gate, value: float, reference: Reference) -> GateResult:
    """Ask for the worse end of the interval: a difference that may be noise must not pass as none."""
    found = reference.differences.get(gate.metric)
    if found is None:
        what = f"no paired difference of {gate.metric} from the {reference.label} was measured"
        return _result(gate, FAILED, value, None, what)
    ends = {name: read_number(found, name)[0] for name in ("difference", "low", "high")}
    if None in ends.values():
        why = found.get("reason") or "an end of its interval is missing"
        return _result(gate, FAILED, value, None, f"the paired difference cannot be judged: {why}")
    if gate.minimum_rows and (few := _too_few(gate, found.get("rows"))):
        return _result(gate, FAILED, value, None, few)
    lower = gate.direction == "lower"
    worst, bound = (ends["high"], gate.margin) if lower else (ends["low"], -gate.margin)
    assert worst is not None  # noqa: S101 - asked above
    passed = worst <= bound if lower else worst >= bound
    seen = (
        f"{ends['difference']:+.4g} from the {reference.label}, paired 95 % [{ends['low']:+.4g}, {ends['high']:+.4g}]"
    )
    reason = f"{seen}, is {'' if passed else 'not '}within {bound:+g}"
    return _result(gate, PASSED if passed else FAILED, value, bound, reason)


def _judge_file(gate: Gate, known: Dossier) -> GateResult:
    if known.folder is None or not (file := known.folder / gate.file).is_file():
        return _result(gate, FAILED, None, None, f"{gate.file} is not there")
    if file.stat().st_size == 0:
        return _result(gate, FAILED, None, None, f"{gate.file} is empty")
    if gate.maximum_age_days is None:
        return _result(gate, PASSED, None, None, f"{gate.file} is there")
    moment, trouble = _moment(file, gate.time)
    if moment is None:
        return _result(gate, FAILED, None, None, f"{gate.file} does not say when it was made: {trouble}")
    days = (known.now - moment).total_seconds() / _DAY
    if days < 0:
        return _result(gate, FAILED, days, gate.maximum_age_days, f"{gate.file} is of the future: {moment:%Y-%m-%d}")
    return _compare(gate, days, "<=", gate.maximum_age_days, f"{gate.maximum_age_days:g} days old")


def _moment(file: Path, key: str) -> tuple[datetime | None, str]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        for part in key.split("/"):
            value = value[part]
        return read_time(value), ""
    except (ValueError, TypeError, KeyError, OSError):
        return None, f"no time under its key {key!r}"


def _compare(gate: Gate, value: float, sign: str, bound: float, shown: str) -> GateResult:
    passed = OPERATORS[sign](value, bound)
    reason = f"{value:.4g} is {'' if passed else 'not '}{sign} {shown}"
    return _result(gate, PASSED if passed else FAILED, value, bound, reason, f"{sign} {bound:.4g}")


def _asked(gate: Gate) -> str:
    if gate.file:
        return "there" if gate.maximum_age_days is None else f"<= {gate.maximum_age_days:g} days old"
    if gate.between:
        return f"between {gate.between[0]:g} and {gate.between[1]:g}"
    if not gate.against:
        return f"{gate.operator} {gate.threshold:g}"
    limit = f"{'+' if gate.direction == 'lower' else '-'} {gate.margin:g}"
    beside = f"{'<=' if gate.direction == 'lower' else '>='} {gate.against} {limit}"
    return f"{beside}, paired" if gate.paired else beside


def _result(
    gate: Gate, status: str, value: float | None, bound: float | None, reason: str, condition: str = ""
) -> GateResult:
    return GateResult(
        name=gate.name,
        metric=gate.metric or gate.file,
        status=status,
        required=gate.required,
        value=value,
        bound=bound,
        condition=condition or _asked(gate),
        reason=reason,
        why=gate.why,
    )
