"""The metrics of labels: how scores agree with what a contract's label columns mark."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.bench import OWN
from vaegis.evaluation.bootstrap import percentiles
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import findings
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.metric import Family, MetricSpec


def _own(figure: str) -> Callable[[Case], Family]:
    """Return how to find the model's figure for each label."""

    def compute(case: Case) -> Family:
        found: dict[tuple[str, ...], Estimate] = {}
        for label, line in _lines(case, OWN).items():
            ranked = case.once(findings.label_rankings).get((label, OWN))
            interval = None if ranked is None else percentiles(getattr(ranked, f"{figure}_R"))
            found[(label,)] = _estimate(case, line, OWN, figure, interval)
        return found

    return compute


def prevalence(case: Case) -> Family:
    """Return the share that each label marks."""
    found: dict[tuple[str, ...], Estimate] = {}
    for label in findings.binary_labels(case):
        marked, draws = findings.label_draws(case, label)
        value = float(marked.mean()) if len(marked) else float("nan")
        interval = draws.mean(marked.astype(np.float64))
        found[(label.name,)] = Estimate.of(value, len(marked), interval, otherwise="no test row has a value of it")
    return found


def rivals_auroc(case: Case) -> Family:
    """Return every other scorer's AUROC for each label."""
    ranked = case.once(findings.label_rankings)
    found: dict[tuple[str, ...], Estimate] = {}
    for name in case.rivals:
        for label, line in _lines(case, name).items():
            interval = percentiles(ranked[(label, name)].auroc_R) if (label, name) in ranked else None
            found[(label, name)] = _estimate(case, line, name, "auroc", interval)
    return found


def _mean(figure: str) -> Callable[[Case], Estimate]:
    """Return how to find the mean over the labels that mark some test rows but not all."""

    def compute(case: Case) -> Estimate:
        findings.sound_scores(case)
        lines = [line for line in _lines(case, OWN).values() if np.isfinite(line[figure])]
        if not lines:
            raise NotComputable("no label marks some test rows but not all")
        units = int(sum(line["units"] for line in lines))
        ranked = case.once(findings.label_rankings)
        replicates = [getattr(one, f"{figure}_R") for (_, scorer), one in ranked.items() if scorer == OWN]
        lengths = {len(values_R) for values_R in replicates}
        interval = percentiles(np.mean(replicates, axis=0)) if len(lengths) == 1 else None
        return Estimate.of(float(np.mean([line[figure] for line in lines])), units, interval)

    return compute


def _lines(case: Case, scorer: str) -> Mapping[str, pd.Series]:
    findings.binary_labels(case)
    table = case.once(findings.labels)
    mine = table[table["scorer"] == scorer]
    return {str(line["label"]): line for _, line in mine.iterrows()}


def _estimate(case: Case, line: pd.Series, scorer: str, figure: str, interval: tuple[float, float] | None) -> Estimate:
    units = int(line["units"])
    try:
        findings.sound_scores(case, scorer)
    except NotComputable as why:
        return Estimate.absent(str(why), units)
    whom = "every" if line["prevalence"] == 1 else "none"
    return Estimate.of(line[figure], units, interval, otherwise=f"the label marks {whom} of the {units:,} test rows")


_READING: Final = (
    "0.5 is chance, 1 ranks every marked row first; where the label is a rule on the columns, the rule wins"
)

METRICS: Final[dict[str, MetricSpec]] = {
    "labels/mean_auroc": MetricSpec(
        definition="mean over labels of the chance that a row the label marks scores above one it does not mark",
        unit="",
        direction="higher",
        reading=_READING,
        compute=_mean("auroc"),
    ),
    "labels/mean_ap": MetricSpec(
        definition="mean over labels of the average precision at each label's own prevalence",
        unit="",
        direction="higher",
        reading="the mean prevalence is chance, 1 is perfect",
        compute=_mean("ap"),
    ),
    "labels/{label}_auroc": MetricSpec(
        definition="chance that a row marked by {label} scores above one that is not, ties half",
        unit="",
        direction="higher",
        reading=_READING,
        compute=_own("auroc"),
    ),
    "labels/{label}_ap": MetricSpec(
        definition="average precision of the score for {label}, at its own prevalence",
        unit="",
        direction="higher",
        reading="the prevalence is chance, 1 is perfect",
        compute=_own("ap"),
    ),
    "labels/{label}_prevalence": MetricSpec(
        definition="share of test rows (or groups) that {label} marks",
        unit="share",
        direction="neutral",
        reading="what a score without skill has as average precision",
        compute=prevalence,
    ),
    "labels/{label}_{scorer}_auroc": MetricSpec(
        definition="AUROC of {scorer} for {label}",
        unit="",
        direction="neutral",
        reading="the model should be above it, unless the label is a rule on the very columns it reads",
        compute=rivals_auroc,
    ),
}
