"""Write what validation found as one stable record: sorted, without times, the same bytes for the same data."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import pandas as pd

from vaegis.contract import VIEW, TableSchema
from vaegis.durable import canonical_json
from vaegis.quality.outcome import Outcome
from vaegis.quality.quarantine import Quarantine, acts_on_rows, values_of
from vaegis.quality.suite import columns_of, label

_TABLES: Final = {"rows": "pulled"}
_COLUMN_ARGUMENTS: Final = ("column", "column_A", "column_B", "column_list")


def describe(outcomes: Iterable[Outcome], tables: dict[str, pd.DataFrame], examples: int) -> list[dict[str, Any]]:
    """Return one line per expectation, sorted by table, type, columns and limits."""
    lines = [_line(outcome, tables.get(outcome.rule.table), examples) for outcome in outcomes]
    return sorted(
        lines, key=lambda line: [line["table"], line["type"], line["columns"], canonical_json(line["limits"])]
    )


def failures(outcomes: Iterable[Outcome]) -> list[str]:
    """Say in one sentence each why the table as a whole cannot be trusted; empty if it can."""
    return [_failure(outcome) for outcome in outcomes if _fails(outcome)]


def findings(lines: Iterable[dict[str, Any]], gaps: Sequence[dict[str, Any]]) -> list[str]:
    """Say in one sentence each what is odd about data that is not refused, and what was done about it."""
    found = [_finding(line) for line in lines if line["action"] in ("quarantined", "reported only")]
    if gaps:
        slots = sum(gap["slots"] for gap in gaps)
        days = sorted({gap["from"][:10] for gap in gaps})
        shown = ", ".join(days[:5]) + (f" and {len(days) - 5} more days" if len(days) > 5 else "")
        found.append(f"{slots:,} slots without a row in {len(gaps):,} gaps, on {shown}; reported only")
    return found


def counts(quarantine: Quarantine, source_rows: int, duplicate_rows: int) -> dict[str, Any]:
    """Count rows: pulled = clean + quarantined; the source's duplicates stand apart."""
    pulled, quarantined = len(quarantine.bad), int(quarantine.bad.sum())
    return {
        "source_rows": source_rows,
        "source_duplicate_rows": duplicate_rows,
        "pulled": pulled,
        "clean": pulled - quarantined,
        "quarantined": quarantined,
        "quarantined_share": quarantined / pulled if pulled else 0.0,
    }


def contract_of(schema: TableSchema) -> dict[str, str]:
    """Name the contract that the rows were judged by."""
    return {"service": schema.service, "digest": schema.digest}


def _place(line: dict[str, Any]) -> tuple[Any, ...]:
    return line["table"], line["type"], line["columns"], canonical_json(line["limits"])


def _line(outcome: Outcome, frame: pd.DataFrame | None, examples: int) -> dict[str, Any]:
    rule = outcome.rule
    return {
        "table": rule.table,
        "type": rule.type,
        "columns": columns_of(rule),
        "limits": {key: value for key, value in rule.kwargs.items() if key not in _COLUMN_ARGUMENTS},
        "level": rule.level,
        "severity": rule.severity,
        "success": outcome.success,
        "evaluated": 0 if outcome.problem else outcome.rows - outcome.missing,
        "unexpected": outcome.unexpected,
        "missing": outcome.missing,
        "observed": outcome.observed,
        "problem": outcome.problem,
        "action": _action(outcome),
        "examples": _examples(outcome, frame, examples),
        "why": rule.why,
    }


def _examples(outcome: Outcome, frame: pd.DataFrame | None, limit: int) -> list[dict[str, Any]]:
    columns = columns_of(outcome.rule)
    if frame is None or not columns or not len(outcome.offenders):
        return []
    found = values_of(frame.iloc[outcome.offenders], columns).value_counts(sort=False)
    return [{"value": value, "rows": int(found[value])} for value in sorted(found.index, key=_amount)[:limit]]


def _amount(text: str) -> tuple[bool, float, str]:
    """Sort numbers by size, before words."""
    try:
        return False, float(text), text
    except ValueError:
        return True, 0.0, text


def _fails(outcome: Outcome) -> bool:
    if outcome.problem:
        return True
    if outcome.success or outcome.rule.severity != "critical":
        return False
    return outcome.rule.level == "table" or not len(outcome.offenders)


def _failure(outcome: Outcome) -> str:
    if outcome.problem:
        return f"{label(outcome.rule)} on {outcome.rule.table} could not be evaluated: {outcome.problem}"
    seen = _seen(outcome.unexpected, outcome.rows, outcome.observed)
    return f"{outcome.rule.why or label(outcome.rule)}: {seen} (table {outcome.rule.table})"


def _seen(unexpected: int, rows: int, observed: str) -> str:
    if unexpected:
        return f"{unexpected:,} of {rows:,} rows break it"
    return f"found {observed}" if observed else "it does not hold"


def _action(outcome: Outcome) -> str:
    if _fails(outcome):
        return "refused"
    if outcome.success and not (outcome.rule.level == "row" and outcome.unexpected):
        return "none"
    return "quarantined" if acts_on_rows(outcome) else "reported only"


def _finding(line: dict[str, Any]) -> str:
    name = f"{line['type']}({', '.join(line['columns'])})"
    shown = ", ".join(f"{item['value']} ({item['rows']:,})" for item in line["examples"])
    table = _TABLES.get(line["table"], line["table"].removeprefix(VIEW))
    seen = f"{line['unexpected']:,} {table} rows" if line["unexpected"] else f"found {line['observed']}"
    return f"{seen}: {line['why'] or name}" + (f", e.g. {shown}" if shown else "") + f"; {line['action']}"
