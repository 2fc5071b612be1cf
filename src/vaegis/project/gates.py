"""policy.yaml of a new project: the repository's own gates, less those whose metric this table cannot have."""

import re
from collections.abc import Collection
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


def absent_metrics(schema: TableSchema) -> tuple[str, ...]:
    """Name the metrics that cannot be measured on such a table."""
    numeric = [column for column in schema.features if not column.is_discrete]
    return () if numeric else _NUMERIC_ONLY


def own_policy(text: str, absent: Collection[str]) -> str:
    """Drop the gates on `absent` metrics, and headings that nothing follows any more; comments stay."""

    def kept(gate: re.Match[str]) -> str:
        metric = _METRIC.search(gate.group())
        return "" if metric and metric.group(1) in absent else gate.group()

    return _HEADING.sub("\n", _GATE.sub(kept, text)).rstrip("\n") + "\n"
