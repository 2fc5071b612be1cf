"""The tables of generated rows."""

from typing import Final

from vaegis.evaluation.metric import TableSpec
from vaegis.evaluation.synthetic import findings

TABLES: Final[dict[str, TableSpec]] = {
    "pair_trends": TableSpec(
        title="Pairs of columns: how like the generated trend is, how associated the real columns are",
        make=lambda case: case.once(findings.pairs),
    ),
    "rules": TableSpec(
        title="Expectations that guard real rows: generated rows that break each, and the share that meets it",
        make=lambda case: case.once(findings.rules)[1],
    ),
    "utility": TableSpec(
        title="Columns told from the others by trees trained on real and on generated rows: score on test rows",
        make=lambda case: case.once(findings.utility),
        tier="full",
    ),
    "augmentation": TableSpec(
        title="Average precision by label and share of labels known: nothing added, marked rows repeated, generated",
        make=lambda case: case.once(findings.augmentation),
        tier="full",
    ),
}
