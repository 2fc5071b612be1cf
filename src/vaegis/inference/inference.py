"""What was inferred of a table: a guess a column, with confidence and reason; and what is worth asking."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from vaegis.contract.columns import ColumnSpec
from vaegis.contract.table import TableSchema

UNTIMED: Final = "2000-01-01T00:00:00Z"
"""The event time given to every row of a table that has none."""
ADDED: Final = {"time": "event_timestamp", "row": "row", "series": "series"}
"""Columns that ingest adds: a constant time, the row's number, the table's name as the key of a single series."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Guess:
    """One column's place in the contract, and why."""

    column: ColumnSpec
    confidence: float
    """0 to 1: how sure the rule is of the kind (0.5: a coin; above 0.9: nothing speaks against it)."""
    reason: str
    """One line."""

    def to_json(self) -> dict[str, Any]:
        """Return the guess as plain JSON."""
        return {"column": self.column.to_json(), "confidence": self.confidence, "reason": self.reason}


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A question worth asking."""

    subject: str
    """`time`, `keys` or `label`."""
    text: str
    options: tuple[str, ...]
    """Answers, the best first; several keys are joined by `,`; an empty one means: there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Inference:
    """The guessed contract of a table."""

    name: str
    guesses: tuple[Guess, ...]
    """One for each column of the table, in its order."""
    time: str
    """The event time; empty if the table has none."""
    keys: tuple[str, ...]
    """What names a row together with the time; empty if nothing in the table does."""
    label: str
    """The labelled column; empty if there is none."""
    positive: str
    """The value of `label` that marks an anomaly, where `label` is not 0 and 1 already."""
    cadence_seconds: float | None
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()
    added: dict[str, str] = field(default_factory=dict)
    """Columns to be added so that every row has a name: column by what it holds, a key of `ADDED`."""

    def guess(self, name: str) -> Guess:
        """Return the guess on column `name`."""
        return next(guess for guess in self.guesses if guess.column.name == name)

    def schema(self, service: str = "") -> TableSchema:
        """Return the contract: keys and time first, then the other columns in order; added columns included.

        Raises:
            DataError: no column is left to be modelled.
        """
        columns = [guess.column for guess in self.guesses]
        keys = [column for column in columns if column.role == "key"]
        times = [column for column in columns if column.role == "time"]
        for what, name in self.added.items():
            (times if what == "time" else keys).append(_added(what, name))
        rest = [column for column in columns if column.role not in ("key", "time")]
        return TableSchema(
            service=service or self.name, columns=(*keys, *times, *rest), cadence_seconds=self.cadence_seconds
        )


def free_name(name: str, columns: Iterable[str]) -> str:
    """Return the name with as many underscores behind it as the table's own columns make necessary."""
    while name.lower() in {column.lower() for column in columns}:
        name += "_"
    return name


def _added(what: str, name: str) -> ColumnSpec:
    told = {
        "time": f"added, since the table has no event time: {UNTIMED} in every row",
        "row": "added, since no column names a row: the row's number in the file",
        "series": "added, since all rows are one series: the table's name",
    }
    is_time = what == "time"
    return ColumnSpec(
        name=name,
        dtype="timestamp" if is_time else "string",
        kind="time" if is_time else "identifier",
        role="time" if is_time else "key",
        max_missing=0.0,
        description=told[what],
    )
