"""Ask of any frame (e.g. generated rows) which of its rows pass the rules that real rows must pass."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vaegis.contract import Rule, TableSchema
from vaegis.errors import DataError
from vaegis.quality.run import evaluate
from vaegis.quality.suite import columns_of, contract_rules, label


@dataclass(frozen=True, kw_only=True, slots=True)
class PassingShare:
    """How many rows pass, and what the others break."""

    passes_N: np.ndarray
    """Of each row, whether it breaks no rule."""
    failing: dict[str, int]
    """Rule to the number of rows that break it, 0 included."""
    skipped: tuple[str, ...]
    """Rules whose columns the frame does not have."""

    @property
    def rows(self) -> int:
        """Number of rows that were asked."""
        return len(self.passes_N)

    @property
    def passing(self) -> int:
        """Number of rows that pass every rule."""
        return int(self.passes_N.sum())

    @property
    def share(self) -> float:
        """Share of rows that pass every rule, 0 to 1; NaN for an empty frame."""
        return self.passing / self.rows if self.rows else float("nan")


def passing_share(frame: pd.DataFrame, schema: TableSchema, rules: Iterable[Rule]) -> PassingShare:
    """Apply the critical row-level rules of the contract and of `rules` to `frame`.

    Raises:
        DataError: a rule cannot be evaluated on the values of the frame.
    """
    every = [rule for rule in (*contract_rules(schema), *rules) if _speaks_of_rows(rule)]
    ready = [rule for rule in every if set(columns_of(rule)) <= set(frame.columns)]
    broken: dict[str, np.ndarray] = {label(rule): np.zeros(len(frame), dtype=bool) for rule in ready}
    for outcome in evaluate({"rows": frame}, ready) if len(frame) else ():
        if outcome.problem:
            raise DataError(f"{label(outcome.rule)}: {outcome.problem}", where="the frame that is checked")
        broken[label(outcome.rule)][outcome.offenders] = True
    bad = np.logical_or.reduce(list(broken.values())) if broken else np.zeros(len(frame), dtype=bool)
    return PassingShare(
        passes_N=~bad,
        failing={name: int(rows.sum()) for name, rows in sorted(broken.items())},
        skipped=tuple(sorted({label(rule) for rule in every if rule not in ready})),
    )


def _speaks_of_rows(rule: Rule) -> bool:
    return rule.table == "rows" and rule.level == "row" and rule.severity == "critical"
