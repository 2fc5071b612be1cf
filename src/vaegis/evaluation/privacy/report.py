"""An audit as one object: figures, verdict, tables, and on how many rows."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.errors import DataError
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.privacy.attributes import attribute_risk
from vaegis.evaluation.privacy.audit import Verdict, ask, decide
from vaegis.evaluation.privacy.material import Material
from vaegis.evaluation.privacy.nearness import nearness_table
from vaegis.evaluation.privacy.questions import QUESTIONS
from vaegis.evaluation.privacy.rare import rare_levels


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What an audit comes to."""

    figures: dict[str, Estimate]
    verdict: Verdict
    tables: dict[str, pd.DataFrame]
    """`secrets` and `rare_levels`, as far as there are any."""
    distances: pd.DataFrame
    """How far generated and fresh rows are from the nearest training row (`nearness_table`)."""
    rows: dict[str, int]
    """Rows of each kind, and how many of them were looked at one by one (`asked`) and searched (`searched`)."""

    def record(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        figures = {name: {**asdict(figure), **_about(name)} for name, figure in self.figures.items()}
        return {
            "verdict": self.verdict.word,
            "reason": self.verdict.reason,
            "gates": [asdict(result) for result in self.verdict.results],
            "figures": figures,
            "tables": {name: table.to_dict("records") for name, table in self.tables.items()},
            "rows": self.rows,
        }


def report_on(
    made: pd.DataFrame,
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    columns: Sequence[ColumnSpec],
    *,
    seed: int = 0,
    told: Callable[[str], None] = lambda _: None,
) -> Report:
    """Audit rows of one contract.

    Raises:
        DataError: too few rows of a kind.
    """
    try:
        material = Material(made=made, train=train, holdout=holdout, columns=columns, seed=seed)
    except NotComputable as why:
        raise DataError(str(why), where="SYNTHETIC, --train, --holdout") from None
    figures = ask(material, told)
    return Report(
        figures=figures,
        verdict=decide(figures),
        tables=_tables(material),
        distances=nearness_table(material),
        rows={
            "generated": len(made),
            "training": len(train),
            "holdout": len(holdout),
            "asked": material.sizes.asked,
            "searched": material.most_searched,
        },
    )


def _tables(material: Material) -> dict[str, pd.DataFrame]:
    found = {}
    for name, make in (("secrets", attribute_risk), ("rare_levels", rare_levels)):
        try:
            found[name] = material.once(make)[1]
        except NotComputable:
            continue
    return found


def _about(name: str) -> dict[str, str]:
    question = QUESTIONS[name]
    return {key: getattr(question, key) for key in ("definition", "reading", "direction", "unit")}
