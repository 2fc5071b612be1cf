"""policy.yaml of a new project: the repository's own gates, less those whose metric this table cannot have."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from vaegis.contract import TableSchema

_GATE: Final = re.compile(r"  - name: .*\n(?:    .*\n)*")
_METRIC: Final = re.compile(r"^    metric: (\S+)$", re.MULTILINE)
_HEADING: Final = re.compile(r"\n  # [^\n]*\n(?=\n|\Z)")
_NUMERIC_ONLY: Final = (
    "evaluate/reconstruction/mean_r2",
    "evaluate/reconstruction/worst_column_r2",
    "evaluate/calibration/residual_std",
    "evaluate/calibration/pit_ks",
)
ENOUGH_ROWS: Final = 10_000
"""Rows of a table from which on its held-out rows are many enough to show that generated rows are no copies."""
_PRIVACY: Final = "evaluate/privacy/"
_NEARNESS: Final = ("evaluate/privacy/near_copy", "evaluate/privacy/membership_")


def advisory_metrics(num_rows: int) -> tuple[str, ...]:
    """Name the metrics, by how they begin, whose gates shall only advise in a project of its own.

    Of a small table nobody can show that nothing is copied. Nearness to training rows is held against held-out rows,
    which are other times or entities and may be farther by that alone; how much, nobody knows before.
    """
    return _NEARNESS if num_rows >= ENOUGH_ROWS else (_PRIVACY,)


def absent_metrics(schema: TableSchema) -> tuple[str, ...]:
    """Name the metrics that cannot be measured on such a table."""
    numeric = [column for column in schema.features if not column.is_discrete]
    return () if numeric else _NUMERIC_ONLY


def own_policy(text: str, absent: Collection[str], advisory: Sequence[str] = ()) -> str:
    """Drop the gates on `absent` metrics, and headings that nothing follows any more; comments stay.

    Gates on metrics that begin with one of `advisory` are made to show a failure without refusing.
    """

    def kept(gate: re.Match[str]) -> str:
        found = _METRIC.search(gate.group())
        metric = found.group(1) if found else ""
        if metric in absent:
            return ""
        advises = metric.startswith(tuple(advisory)) and "    required:" not in gate.group()
        return gate.group() + "    required: false\n" * advises

    return _HEADING.sub("\n", _GATE.sub(kept, text)).rstrip("\n") + "\n"
