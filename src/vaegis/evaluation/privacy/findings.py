"""The rows of a case whose privacy is audited."""

from typing import Final

import pandas as pd

from vaegis.evaluation.case import Case
from vaegis.evaluation.privacy.holdings import holdings
from vaegis.evaluation.privacy.material import Material
from vaegis.evaluation.synthetic.findings import require_generator

MADE_ROWS: Final = 50_000
"""Generated rows that are audited, at most; never more than there are training rows."""


def material(case: Case) -> Material:
    """Return generated rows beside training rows and rows of the same time that were not trained on.

    Those are the calibration rows; the validation rows are what an attacker compares with. Both are other blocks of
    time, or other entities, than the training rows, and differ from them by that alone: `membership_control_auc` and
    `holdout_shift` say how much.
    """
    model, rows = case.model, case.rows
    require_generator(case)
    names = model.columns
    others = rows.validation[names] if len(rows.validation) else None
    return Material(
        made=model.sample(min(MADE_ROWS, len(rows.train)), seed=case.config.seed + 1)[names],
        train=rows.train[names],
        train_parts=rows.train_parts,
        holdout=rows.calibration[names],
        columns=model.schema.inputs,
        others=others,
        score=lambda frame: model.elbo(frame, seed=case.config.seed)["elbo"].to_numpy(),
        seed=case.config.seed,
    )


def held(case: Case) -> pd.DataFrame:
    """Return what the bundle itself holds of real rows."""
    return holdings(case.model)
