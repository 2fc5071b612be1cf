"""The metrics of what generated rows are used for: to train on, and to fill up few labels.

Learners are fitted once; their intervals are over test rows.
"""

from typing import Final

import numpy as np

from vaegis.evaluation.bootstrap import percentiles
from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.synthetic import findings
from vaegis.evaluation.synthetic.augmentation import OTHERS

FEW_LABELS: Final = 0.05
"""Share of known labels at which augmentation is told as one number."""


def utility(case: Case) -> Estimate:
    """Return the mean score of trees trained on generated rows."""
    table = case.once(findings.utility)
    return Estimate.of(table["generated"].mean(), len(table), percentiles(case.once(scores)[1]))


def real_utility(case: Case) -> Estimate:
    """Return the mean score of trees trained on real rows."""
    table = case.once(findings.utility)
    return Estimate.of(table["real"].mean(), len(table), percentiles(case.once(scores)[0]))


def utility_ratio(case: Case) -> Estimate:
    """Return one over the other, with the same draws of test rows for both."""
    table, (own_R, other_R) = case.once(findings.utility), case.once(scores)
    return Estimate.of(table["generated"].mean() / table["real"].mean(), len(table), percentiles(other_R / own_R))


def scores(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return both mean scores with test rows drawn again, (R,)."""
    draws, answers = case.bootstrap(case.once(findings.asked)), case.once(findings.answers).values()
    own = [mine.resample(draws) for mine, _ in answers]
    other = [theirs.resample(draws) for _, theirs in answers if theirs is not None]
    nothing = np.full(len(draws.counts_RB), np.nan)
    return np.mean(own, axis=0), np.mean(other or [nothing], axis=0)


def augmentation_gain(case: Case) -> Estimate:
    """Return what generated rows add at few labels, mean over labels."""
    table = case.once(findings.augmentation)
    few = table[table["labels"] == FEW_LABELS].dropna(subset="generated")
    if few.empty:
        raise NotComputable(f"{FEW_LABELS:.0%} of the labels mark too few rows to fit a classifier on")
    gain = few["generated"] - few[list(OTHERS)].max(axis=1)
    return Estimate.of(gain.mean(), int(few["positives"].sum()), percentiles(_gains(case)))


def _gains(case: Case) -> np.ndarray:
    """Return the gain with test rows drawn again, (R,), over the way that is the better one of all rows."""
    draws, found = case.bootstrap(case.once(findings.labelled)), []
    for tried in case.once(findings.trials).values():
        for trial in tried:
            if trial.labels == FEW_LABELS and trial.told:
                best = max(OTHERS, key=trial.precision)
                found.append(trial.resample("generated", draws) - trial.resample(best, draws))
    return np.asarray(np.mean(found, axis=0))


_AS_FITTED: Final = "; the interval is over test rows, with the trees as fitted"

METRICS: Final[dict[str, MetricSpec]] = {
    "synthetic/utility": MetricSpec(
        definition="mean over up to six columns of the score on test rows (AUROC, R2) of boosted trees that were"
        " trained on generated rows to tell the column from the others" + _AS_FITTED,
        unit="",
        direction="higher",
        reading="near real_utility: generated rows teach what real ones do",
        compute=utility,
        tier="full",
    ),
    "synthetic/real_utility": MetricSpec(
        definition="the same, trained on as many training rows" + _AS_FITTED,
        unit="",
        direction="neutral",
        reading="what utility can come to",
        compute=real_utility,
        tier="full",
    ),
    "synthetic/utility_ratio": MetricSpec(
        definition="utility over real_utility" + _AS_FITTED,
        unit="",
        direction="higher",
        reading="1 is as good as real rows, above 0.97 good",
        compute=utility_ratio,
        tier="full",
    ),
    "synthetic/augmentation_gain": MetricSpec(
        definition="average precision on test rows with 5 % of the labels, marked rows filled up by rows drawn around"
        " them in the latent space, minus the better of oversampling and nothing; mean over labels" + _AS_FITTED,
        unit="",
        direction="higher",
        reading="above 0: generated rows help a classifier with few labels; below: repeat the real ones instead",
        compute=augmentation_gain,
        tier="full",
    ),
}
