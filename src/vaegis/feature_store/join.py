"""SQL of a point-in-time join: per view one ASOF LEFT JOIN, so the cost grows with the rows, not with their square."""

# ruff: noqa: S608 - every identifier in SQL is quoted

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from vaegis.feature_store.scan import ROW, Scan, instant, quoted

ENTITY = "entity_rows"


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinedView:
    """One view to join: what it reads, how its keys are called in the entity rows, what it delivers."""

    scan: Scan
    entity_keys: Sequence[str]
    """Columns of the entity rows, in the order of `scan.keys`; none: every row sees the same history."""
    outputs: Sequence[tuple[str, str]]
    """(column in the source, name in the result)."""
    ttl: timedelta | None
    """None or zero: values never grow old. A value exactly `ttl` old still counts, as in Feast's own stores."""


def asof_join(columns: Sequence[str], time: str, views: Sequence[JoinedView], *, known_only: bool = False) -> str:
    """Return the query over a table `ENTITY` with `columns`, a `time` and a row number.

    Null keys match nothing. With `known_only`, a value counts only from the moment it was created.
    """
    selected = [f"e.{quoted(name)}" for name in columns]
    joins = []
    for number, view in enumerate(views):
        selected += [
            f"{_fresh(number, view, position)} AS {quoted(name)}" for position, (_, name) in enumerate(view.outputs)
        ]
        joins.append(_join(number, view, known_only=known_only))
    entity = f"(SELECT *, {instant(time)} AS __at FROM {ENTITY}) e"
    return f"SELECT {', '.join(selected)} FROM {entity} {' '.join(joins)} ORDER BY e.{ROW}"


def _fresh(number: int, view: JoinedView, position: int) -> str:
    value = f"v{number}.f{position}"
    if not view.ttl:
        return value
    microseconds = view.ttl // timedelta(microseconds=1)
    return f"CASE WHEN v{number}.__at >= e.__at - to_microseconds({microseconds}) THEN {value} END"


def _join(number: int, view: JoinedView, *, known_only: bool) -> str:
    history = _history(view, known_only=known_only)
    keys = [f"e.{quoted(name)} = v{number}.k{position}" for position, name in enumerate(view.entity_keys)]
    conditions = " AND ".join([*keys, f"e.__at >= v{number}.__from"])
    return f"ASOF LEFT JOIN ({history}) v{number} ON {conditions}"


def _history(view: JoinedView, *, known_only: bool) -> str:
    """Return one row per key and moment: since when it holds (`__from`), its own time (`__at`), keys and values."""
    scan = view.scan
    keys = [f"{quoted(name)} AS k{position}" for position, name in enumerate(scan.keys)]
    values = [f"{quoted(source)} AS f{position}" for position, (source, _) in enumerate(view.outputs)]
    partition = ", ".join([*map(quoted, scan.keys), instant(scan.time)])
    newest = f"row_number() OVER (PARTITION BY {partition} ORDER BY {scan.newest_first}) = 1"
    present = f"{instant(scan.time)} IS NOT NULL"
    if not (known_only and scan.created):
        columns = ", ".join([f"{instant(scan.time)} AS __at", "__at AS __from", *keys, *values])
        return f"SELECT {columns} FROM {scan.relation} WHERE {present} QUALIFY {newest}"
    return _known_history(view, keys, values, present)


def _known_history(view: JoinedView, keys: Sequence[str], values: Sequence[str], present: str) -> str:
    """Return what was the best known row after each arrival: latest event, then newest created, then by value."""
    scan = view.scan
    names = [f"k{position}" for position in range(len(keys))]
    arrival = f"greatest({instant(scan.time)}, {instant(scan.created)}) AS __from"
    order = f"row_number() OVER (ORDER BY {instant(scan.time)} DESC, {scan.newest_first})"
    inner = ", ".join([f"{instant(scan.time)} AS __at", arrival, *keys, *values, f"-({order}) AS __rank"])
    rows = f"SELECT {inner} FROM {scan.relation} WHERE {present} AND {quoted(scan.created)} IS NOT NULL"
    group = f"PARTITION BY {', '.join(names)} " if names else ""
    window = f"OVER ({group}ORDER BY __from RANGE UNBOUNDED PRECEDING)"
    outer = ["__from", *names, f"arg_max(__at, __rank) {window} AS __at"]
    outer += [f"arg_max_null(f{position}, __rank) {window} AS f{position}" for position in range(len(values))]
    distinct = ", ".join([*names, "__from"])
    return f"SELECT {', '.join(outer)} FROM ({rows}) QUALIFY row_number() OVER (PARTITION BY {distinct}) = 1"
