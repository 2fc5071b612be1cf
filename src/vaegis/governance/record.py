"""What the audit log says of the champions of a model, and of what people said of its versions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from vaegis.governance.audit import APPROVAL, COMMIT, REJECTION, WAIVER
from vaegis.governance.entry import Entry
from vaegis.governance.statement import APPROVE, REJECT, WAIVE

EVENT_OF: Final = {APPROVE: APPROVAL, REJECT: REJECTION, WAIVE: WAIVER}
"""Kind of a statement -> its event in the log."""
_RESTORATION: Final = "restoration"
"""Kind of a record that puts an alias back; it decides nothing new."""


def champions(entries: Iterable[Entry], model: str) -> list[Entry]:
    """Return the records that made a version champion, oldest first."""
    return [
        entry
        for entry in entries
        if entry.event == COMMIT and entry.body["model"] == model and entry.body.get("kind") != _RESTORATION
    ]


def champion_digest(entries: Sequence[Entry], model: str) -> str:
    """Return the content digest of the champion; empty: the log knows none."""
    held = champions(entries, model)
    return str(held[-1].body["content_digest"]) if held else ""


def followed(entries: Sequence[Entry], model: str, digest: str, held: str = "") -> str:
    """Return the content digest of the version that `digest` is to follow, or followed if it is champion already.

    `held` is what the registry's alias stands for; it is asked only where the log knows no champion.
    """
    line = [str(entry.body["content_digest"]) for entry in champions(entries, model)]
    if not line:
        return "" if held == digest else held
    if line[-1] != digest:
        return line[-1]
    before = [
        earlier for earlier, later in zip(["", *line], line, strict=False) if later == digest and earlier != digest
    ]
    return before[-1] if before else ""


def envelopes_in(entries: Iterable[Entry], digest: str) -> dict[str, Mapping[str, Any]]:
    """Return the signed statements about a content digest that stand in the log, by the name of their entry."""
    return {
        f"audit log entry {entry.seq}": entry.body["envelope"]
        for entry in entries
        if entry.event in EVENT_OF.values()
        and entry.body.get("content_digest") == digest
        and isinstance(entry.body.get("envelope"), dict)
    }


def left(entries: Sequence[Entry], model: str, digest: str) -> datetime | None:
    """Return when another version last replaced `digest` as champion; None: it is champion, or never was.

    While it is champion, or is so again by a rollback, what was said for it stays good: a lost database may be rebuilt
    from it.
    """
    if champion_digest(entries, model) == digest:
        return None
    moves = pairwise(champions(entries, model))
    return next(
        (later.moment for earlier, later in reversed([*moves]) if earlier.body["content_digest"] == digest), None
    )
