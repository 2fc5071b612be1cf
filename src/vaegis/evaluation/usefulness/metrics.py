"""The metrics of usefulness: what latents add to raw columns for a learner, and what they keep of them."""

from collections.abc import Callable
from typing import Final

import numpy as np

from vaegis.evaluation.bootstrap import percentiles
from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.metric import MetricSpec, TableSpec
from vaegis.evaluation.usefulness.results import Result, results, table

_LEARNER: Final = "trees"
"""Whose results are the figures: the stronger learner. The table holds the linear one too."""
_SCORE: Final = {
    "classification": "mean over labels of the AUROC of boosted trees that learn each label",
    "regression": "R2 of boosted trees that learn one column, which the model does not see, from the others",
}
_COLUMNS: Final = {
    "raw": "from the raw columns",
    "latent": "from the latents alone",
    "both": "from raw columns and latents together",
}
_WHERE: Final = "fitted on training rows, judged on test rows, which are of other times"


def score(task: str, columns: str) -> Callable[[Case], Estimate]:
    """Return how to find the mean score of one kind of columns over the tasks of a kind."""

    def compute(case: Case) -> Estimate:
        found = _results(case, task, columns)
        return _mean(found, [result.value for result in found], [result.value_R for result in found])

    return compute


def gain(task: str, columns: str) -> Callable[[Case], Estimate]:
    """Return how to find the mean gain of one kind of columns over raw ones; replicates pair."""

    def compute(case: Case) -> Estimate:
        found, raw = _results(case, task, columns), _results(case, task, "raw")
        pairs = list(zip(found, raw, strict=True))
        return _mean(found, [a.value - b.value for a, b in pairs], [a.value_R - b.value_R for a, b in pairs])

    return compute


def _results(case: Case, task: str, columns: str) -> list[Result]:
    found = [
        result
        for result in case.once(results)
        if (result.task.kind, result.columns, result.learner) == (task, columns, _LEARNER)
    ]
    if not found:
        what = "label marks enough training and test rows" if task == "classification" else "amount is a target"
        raise NotComputable(f"no {what}")
    return found


def _mean(found: list[Result], values: list[float], replicates: list[np.ndarray]) -> Estimate:
    rows = min(result.rows for result in found)
    lengths = {len(value_R) for value_R in replicates}
    interval = percentiles(np.mean(replicates, axis=0)) if len(lengths) == 1 else None
    return Estimate.of(float(np.mean(values)), rows, interval)


def _score_spec(task: str, columns: str, reading: str) -> MetricSpec:
    definition = f"{_SCORE[task]}, {_COLUMNS[columns]}; {_WHERE}"
    direction = "neutral" if columns == "raw" else "higher"
    return MetricSpec(
        definition=definition, unit="", direction=direction, reading=reading, compute=score(task, columns), tier="full"
    )


def _gain_spec(task: str, columns: str, reading: str) -> MetricSpec:
    definition = f"{_SCORE[task]}, {_COLUMNS[columns]}, less that from raw columns; {_WHERE}; paired"
    return MetricSpec(
        definition=definition, unit="", direction="higher", reading=reading, compute=gain(task, columns), tier="full"
    )


_ADDS: Final = (
    "above 0 with the whole interval: latents add what the learner does not find itself; below: they distract"
)
_KEEPS: Final = "0: latents keep all that matters; below: what is lost when only latents are passed on"
_CHANCE: Final = {"classification": "0.5 is chance, 1 is perfect", "regression": "0 is the mean, 1 is perfect"}

METRICS: Final[dict[str, MetricSpec]] = {
    "usefulness/classification_raw": _score_spec("classification", "raw", _CHANCE["classification"]),
    "usefulness/classification_latent": _score_spec("classification", "latent", _CHANCE["classification"]),
    "usefulness/classification_both": _score_spec("classification", "both", _CHANCE["classification"]),
    "usefulness/classification_gain": _gain_spec("classification", "both", _ADDS),
    "usefulness/classification_latent_gain": _gain_spec("classification", "latent", _KEEPS),
    "usefulness/regression_raw": _score_spec("regression", "raw", _CHANCE["regression"]),
    "usefulness/regression_latent": _score_spec("regression", "latent", _CHANCE["regression"]),
    "usefulness/regression_both": _score_spec("regression", "both", _CHANCE["regression"]),
    "usefulness/regression_gain": _gain_spec("regression", "both", _ADDS),
    "usefulness/regression_latent_gain": _gain_spec("regression", "latent", _KEEPS),
}

TABLES: Final[dict[str, TableSpec]] = {
    "usefulness": TableSpec(
        title="Each target, learner and kind of columns: score (AUROC or R2) and gain over raw columns, with "
        "intervals; hidden: what neither learner nor model saw",
        make=lambda case: case.once(table),
        tier="full",
    )
}
