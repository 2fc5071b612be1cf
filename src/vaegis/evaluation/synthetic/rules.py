"""The expectations that guard real rows, asked of generated ones."""

from collections.abc import Sequence

import pandas as pd

from vaegis.contract import Rule, TableSchema


def rule_pass_rates(made: pd.DataFrame, schema: TableSchema, rules: Sequence[Rule]) -> tuple[float, pd.DataFrame]:
    """Return the share of generated rows that meet every row-level expectation, and one row a rule.

    Columns `rule`, `broken` rows, `share` of rows that meet it (NaN: not asked).
    """
    from vaegis.quality.rows import passing_share  # noqa: PLC0415 - loads great_expectations, seconds

    passed = passing_share(made, schema, rules)
    asked = [
        {"rule": n, "broken": broken, "share": 1.0 - broken / max(1, passed.rows)}
        for n, broken in passed.failing.items()
    ]
    skipped = [{"rule": name, "broken": 0, "share": float("nan")} for name in passed.skipped]
    return passed.share, pd.DataFrame([*asked, *skipped], columns=["rule", "broken", "share"])
