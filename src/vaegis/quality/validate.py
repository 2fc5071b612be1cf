"""Judge a pulled table by its contract and rules: clean rows, quarantine, report, Data Docs."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from vaegis.contract import VIEW, Rule, TableSchema
from vaegis.quality import report as reporting
from vaegis.quality.gaps import find_gaps
from vaegis.quality.quarantine import set_aside
from vaegis.quality.run import evaluate
from vaegis.quality.suite import contract_rules, refuse_misplaced, view_rules

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Pulled:
    """What `pull` delivers."""

    rows: pa.Table
    """The contract's columns, one row per keys and time."""
    source: pd.DataFrame
    """Keys and time of every row at the source, duplicates included."""
    coverage: pd.DataFrame
    """Per entity and month: expected slots, rows, completeness."""
    duplicate_rows: int
    """Rows of the source whose keys and time occur more than once."""
    joined: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """By view, what the sources of the other views hold: keys, time and columns."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Validation:
    """What validation makes of it."""

    clean: pa.Table
    quarantine: pd.DataFrame
    report: dict[str, Any]


def validate(
    pulled: Pulled, schema: TableSchema, rules: tuple[Rule, ...], *, docs: Path | None = None, examples: int = 3
) -> Validation:
    """Judge `pulled`; bad data is a result and not an error, whatever is wrong with it.

    Args:
        pulled: the tables.
        schema: the contract.
        rules: what spans rows or columns, beside the contract.
        docs: folder to fill with Data Docs.
        examples: distinct offending values quoted per expectation.
    """
    refuse_misplaced(rules)
    rows = pulled.rows.to_pandas()
    tables = {"rows": rows, "source": pulled.source, "coverage": pulled.coverage}
    tables |= {f"{VIEW}{name}": frame for name, frame in pulled.joined.items()}
    beside = [rule for name, frame in pulled.joined.items() for rule in view_rules(schema, name, list(frame))]
    outcomes = evaluate(tables, (*contract_rules(schema), *beside, *rules), docs)
    quarantine = set_aside(rows, pulled.source, schema, outcomes)
    lines = reporting.describe(outcomes, tables, examples)
    gaps = find_gaps(pulled.source, schema)
    report = {
        "contract": reporting.contract_of(schema),
        "counts": reporting.counts(quarantine, len(pulled.source), pulled.duplicate_rows),
        "expectations": lines,
        "failures": reporting.failures(outcomes),
        "findings": reporting.findings(lines, gaps),
        "gaps": gaps,
    }
    for finding in report["findings"]:
        logger.info("validate: %s", finding)
    return Validation(
        clean=pulled.rows.filter(pa.array(np.logical_not(quarantine.bad))), quarantine=quarantine.reasons, report=report
    )
