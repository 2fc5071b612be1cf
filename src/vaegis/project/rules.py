"""The first rules of a new project: names of rows are unique, and histories as complete as they are today."""

import math
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from vaegis.contract import TableSchema
from vaegis.project.layout import pretty

USUAL: Final = 0.95
"""Completeness that is asked of a table that has it."""
ACCEPTED: Final = 0.5
"""Below this share of the expected rows, the cadence says too little to refuse data by."""


def expectations_json(frame: pd.DataFrame, schema: TableSchema) -> str:
    """Return the text of expectations.json."""
    rules = [_unique(schema)]
    if schema.cadence_seconds:
        rules.append(_complete(lowest_completeness(frame, schema)))
    return pretty(rules)


def lowest_completeness(frame: pd.DataFrame, schema: TableSchema) -> float:
    """Return the lowest share of expected rows that an entity has in a month, as the pipeline counts it."""
    from vaegis.feature_store.coverage import coverage  # noqa: PLC0415 - loads duckdb
    from vaegis.feature_store.read import UTC  # noqa: PLC0415

    names = frame[[*schema.keys, schema.time]].dropna().drop_duplicates()
    table = pa.Table.from_pandas(names, preserve_index=False)
    number = table.column_names.index(schema.time)
    table = table.set_column(number, schema.time, table[schema.time].cast(UTC))
    return float(coverage(table, schema).to_pandas()["completeness"].min())


def _unique(schema: TableSchema) -> dict[str, Any]:
    return {
        "type": "expect_compound_columns_to_be_unique",
        "kwargs": {"column_list": [*schema.keys, schema.time]},
        "table": "source",
        "level": "row",
        "severity": "critical",
        "why": "of two rows of one name neither can be trusted",
    }


def _complete(lowest: float) -> dict[str, Any]:
    demanded = USUAL if lowest >= USUAL else math.floor(lowest * 20) / 20
    acts = lowest >= ACCEPTED
    why = "as complete as when the project was made" if acts else "many rows were missing when the project was made"
    return {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "completeness", "min_value": demanded if acts else USUAL},
        "table": "coverage",
        "level": "table",
        "severity": "critical" if acts else "warning",
        "why": f"{why}: rows by entity and month, against the cadence",
    }
