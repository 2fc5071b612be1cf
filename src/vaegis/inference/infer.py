"""Infer the contract of a table from its rows: every guess with a confidence and a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from vaegis.contract.columns import ColumnSpec
from vaegis.contract.conform import require_unique
from vaegis.errors import DataError
from vaegis.inference import notes
from vaegis.inference.event_time import cadence, rank_times
from vaegis.inference.inference import ADDED, Doubt, Guess, Inference, free_name
from vaegis.inference.keys import entity_codes, guess_keys
from vaegis.inference.kind_guess import KindGuess
from vaegis.inference.kinds import guess_kind
from vaegis.inference.labels import marks, positive_of, rank_labels
from vaegis.inference.leaks import Leak, find_leaks
from vaegis.inference.profile import Profile, profile, sampled_rows
from vaegis.inference.ranges import Bounds, guess_bounds, guess_max_missing
from vaegis.inference.units import unit_of

MIN_ROWS: Final = 200
"""Fewer rows cannot be split four ways and still set a threshold for one false alarm in a hundred."""


def infer(
    frame: pd.DataFrame,
    *,
    name: str = "table",
    time: str | None = None,
    keys: Sequence[str] | None = None,
    label: str | None = None,
) -> Inference:
    """Guess the contract of `frame`. None: guess; an empty text or list: there is none.

    Raises:
        DataError: too few rows, a column named that is not there or cannot be what it is named for, nothing to model.
    """
    _check(frame, [time or "", *(keys or ()), label or ""])
    chosen = sampled_rows(len(frame))
    columns = {str(column): profile(frame[column], chosen) for column in frame.columns}
    kinds = {column: guess_kind(counted) for column, counted in columns.items()}
    doubts: list[Doubt] = []
    time = _time(columns, time, doubts)
    others = {column: counted for column, counted in columns.items() if column != time}
    is_lone = bool(label) and columns[label or ""].distinct < 2
    lone = (f"label {label} holds one value only, so it is none",) if is_lone else ()
    label, positive = _label(others, kinds, label, keys or (), doubts)
    named, seconds, added = _keys(frame, others, kinds, time, label, keys, doubts)
    leaks = _leaks(frame, columns, kinds, label, positive, {time, label, *named})
    roles = {time: "time", label: "context" if positive else "label", **dict.fromkeys(named, "key")}
    guesses = [
        _guess(counted, kinds[column], roles.get(column, ""), leaks.get(column)) for column, counted in columns.items()
    ]
    found = Inference(
        name=name,
        guesses=tuple(guesses),
        time=time,
        keys=named,
        label=label,
        positive=positive,
        cadence_seconds=seconds,
        doubts=tuple(doubts),
        added=added,
    )
    _require_features(found)
    return replace(found, notes=(*lone, *notes.tell(frame, columns, found)))


def _check(frame: pd.DataFrame, asked: Sequence[str]) -> None:
    held = [str(column) for column in frame.columns]
    require_unique(held, where="the table")
    for column in asked:
        if column and column not in held:
            raise DataError(f"no column {column!r}", allowed=", ".join(held[:30]), where="--time, --key or --label")
    if len(frame) < MIN_ROWS:
        what = f"the table holds {len(frame)} rows"
        raise DataError(what, allowed=f"at least {MIN_ROWS}", where="the table: fewer cannot be split and judged")


def _require_features(inference: Inference) -> None:
    if not any(guess.column.role == "feature" for guess in inference.guesses):
        why = "; ".join(f"{guess.column.name}: {guess.reason}" for guess in inference.guesses[:3])
        raise DataError(f"no column can be modelled ({why})", allowed="numbers or levels that vary", where="the table")


def _time(columns: Mapping[str, Profile], asked: str | None, doubts: list[Doubt]) -> str:
    if asked:
        column = columns[asked]
        if column.form != "time" or column.missing:
            gaps = (
                f"{column.missing:.2%} of its cells are empty" if column.form == "time" else f"it holds {column.form}s"
            )
            raise DataError(f"time {asked!r}: {gaps}", allowed="a date or time in every row", where="--time")
    if asked is not None:
        return asked
    likely, unlikely = rank_times(list(columns.values()))
    if len(likely) > 1 or unlikely:
        options = (*likely, "", *unlikely) if likely else ("", *unlikely)
        doubts.append(Doubt(subject="time", text="Which column says when a row happened?", options=options))
    return likely[0] if likely else ""


def _label(
    columns: Mapping[str, Profile],
    kinds: Mapping[str, KindGuess],
    asked: str | None,
    keys: Sequence[str],
    doubts: list[Doubt],
) -> tuple[str, str]:
    """Return the labelled column and its positive value; a label of one value only is none."""
    if asked is None:
        two, few = rank_labels([column for column in columns.values() if column.name not in keys], kinds)
        if two or few:
            is_clear = 0 < len(two) < 3  # many such columns are classes of something else
            options = (*two, "", *few) if is_clear else ("", *two[:5], *few)
            doubts.append(Doubt(subject="label", text="Which column marks known anomalies?", options=options))
            two = two if is_clear else []
        asked = two[0] if two else ""
    if not asked or columns[asked].distinct < 2:
        return "", ""
    return asked, positive_of(columns[asked])


def _keys(
    frame: pd.DataFrame,
    columns: Mapping[str, Profile],
    kinds: Mapping[str, KindGuess],
    time: str,
    label: str,
    asked: Sequence[str] | None,
    doubts: list[Doubt],
) -> tuple[tuple[str, ...], float | None, dict[str, str]]:
    """Return keys, cadence and the columns to be added."""
    added = {} if time else {"time": free_name(ADDED["time"], columns)}
    if asked:
        _check_keys(asked, columns)
        return tuple(asked), cadence(frame[time], entity_codes(frame, asked)) if time else None, added
    able = [column for column in columns.values() if column.name != label] if asked is None else []
    found = guess_keys(frame, able, kinds, time)
    if found.options:
        if len(found.options) > 1:
            options = (*(",".join(option) for option in found.options[:6]), "")
            doubts.append(Doubt(subject="keys", text="What names a row, together with its time?", options=options))
        return found.options[0], found.cadence_seconds, added
    what = "series" if found.is_series else "row"
    return (), found.cadence_seconds, {**added, what: free_name(ADDED[what], columns)}


def _check_keys(asked: Sequence[str], columns: Mapping[str, Profile]) -> None:
    for key in asked:
        if key not in columns:
            raise DataError(f"{key!r} is the time already", allowed="another column", where="--key")
        column = columns[key]
        nameable = column.form == "text" or column.whole
        if column.missing or not nameable:
            held = (
                f"is empty in {column.missing:.2%} of the rows" if column.missing else f"holds no names ({column.form})"
            )
            raise DataError(f"key {key!r} {held}", allowed="a name or whole number in every row", where="--key")


def _leaks(
    frame: pd.DataFrame,
    columns: Mapping[str, Profile],
    kinds: Mapping[str, KindGuess],
    label: str,
    positive: str,
    taken: set[str],
) -> dict[str, Leak]:
    if not label:
        return {}
    able = [column for column in columns if column not in taken and kinds[column].is_feature]
    return {leak.name: leak for leak in find_leaks(frame, able, marks(frame[label], positive))}


def _guess(column: Profile, kind: KindGuess, role: str, leak: Leak | None) -> Guess:
    reason, word = kind.reason, kind.kind
    if role == "key":
        word, reason = "identifier", "names the row" + (f"; {reason}" if kind.kind == "identifier" else "")
    if leak:
        reason = f"{leak.how} alone tells the label (AUROC {leak.auroc:.3f}): not modelled; {reason}"
    bounds = Bounds(None, None) if column.distinct == 1 else guess_bounds(column, word)
    spec = ColumnSpec(
        name=column.name,
        dtype=_dtype(column, word),
        kind=word,
        role=role or ("feature" if kind.is_feature and not leak else "context"),
        unit=unit_of(column.name) if word in ("numeric", "count", "angle") else "",
        minimum=bounds.low,
        maximum=bounds.high,
        max_missing=0.0 if role in ("key", "time") else guess_max_missing(column.missing),
    )
    return Guess(column=spec, confidence=kind.confidence, reason=reason)


def _dtype(column: Profile, kind: str) -> str:
    """Amounts are float64 though all be whole today: tomorrow's may not be."""
    if column.form == "number":
        return "int64" if column.whole and kind not in ("numeric", "angle") else "float64"
    return {"flag": "bool", "time": "timestamp"}.get(column.form, "string")
