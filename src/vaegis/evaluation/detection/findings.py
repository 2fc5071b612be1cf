"""What scores find on the bench, once for all metrics, tables and figures that speak of it."""

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.evaluation.bench import OWN, score_model
from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection.alarms import false_alarm_N, monthly_false_alarms
from vaegis.evaluation.detection.injected import POOLED, RATES, Scores, detection_table, event_alarms
from vaegis.evaluation.detection.labels import label_table, marked_units
from vaegis.evaluation.detection.ranking import rankable
from vaegis.evaluation.detection.resampled import Replicates, resample_ranking
from vaegis.evaluation.estimate import NotComputable


def scores(case: Case) -> dict[str, Scores]:
    """Return what every scorer says, the judged model first."""
    return {OWN: score_model(case.model, case.bench), **case.rivals}


def sound_scores(case: Case, scorer: str = OWN) -> Scores:
    """Return one scorer's output, if all of it is numbers."""
    found = case.once(scores)[scorer]
    for scored in (found.test_N, found.fault_P):
        if lost := int(np.isnan(scored).sum()):
            raise NotComputable(f"{lost:,} of {len(scored):,} scores are not numbers")
    return found


def normal_rows(case: Case) -> np.ndarray:
    """Return which test rows no label marks, if there are any."""
    if not case.bench.normal_N.any():
        raise NotComputable(f"labels mark all {len(case.test):,} test rows, none is left as normal")
    return case.bench.normal_N


def detection(case: Case) -> pd.DataFrame:
    """Return the table of injected faults by scorer, kind and size."""
    hours = case.config.fault_hours if case.bench.windows else None
    rate = case.config.false_alarm_rate
    return detection_table(case.once(scores), case.bench.injected, case.bench.normal_N, rate, hours)


def pooled(case: Case, scorer: str = OWN) -> pd.Series:
    """Return a scorer's line for all faults together, if there are faults, normal rows, and scores of both."""
    if not len(case.bench.injected.events):
        raise NotComputable("no fault could be put into the test rows that changes a value")
    normal_rows(case)
    sound_scores(case, scorer)
    table = case.once(detection)
    return table[(table["scorer"] == scorer) & (table["kind"] == POOLED)].iloc[0]


def rankings(case: Case) -> dict[str, Replicates]:
    """Return every scorer's figures on injected faults by replicate: the same draws for all, so that they pair."""
    time, normal_N = case.rows.schema.time, case.bench.normal_N
    both = pd.concat([case.bench.injected.frame[[time]], case.test.loc[normal_N, [time]]], ignore_index=True)
    draws, rates = case.bootstrap(both), (*RATES, case.config.false_alarm_rate)
    return {
        name: resample_ranking(score.fault_P, score.test_N[normal_N], draws, rates)
        for name, score in case.once(scores).items()
        if rankable(score.fault_P, score.test_N[normal_N])
    }


def labels(case: Case) -> pd.DataFrame:
    """Return the table of labels by scorer."""
    found = {name: score.test_N for name, score in case.once(scores).items()}
    return label_table(case.test, case.rows.schema, found)


def label_rankings(case: Case) -> dict[tuple[str, str], Replicates]:
    """Return figures by label and scorer, replicate by replicate; left out where one side is missing."""
    found = {}
    for label in binary_labels(case):
        marked, _, first = marked_units(case.test, label, np.zeros(len(case.test)))
        draws = case.bootstrap(case.test.iloc[np.concatenate([first[marked], first[~marked]])])
        for name, score in case.once(scores).items():
            _, value, _ = marked_units(case.test, label, score.test_N)
            if rankable(value[marked], value[~marked]):
                found[(label.name, name)] = resample_ranking(value[marked], value[~marked], draws, prevalence=None)
    return found


def events(case: Case) -> np.ndarray:
    """Return by injected event the hours until the model's alarm; NaN where there is none."""
    if not case.bench.windows:
        raise NotComputable("faults sit in single rows: there is no full normal window of a series to put one in")
    return event_alarms(sound_scores(case).flagged_P, case.bench.injected, case.config.fault_hours)


def pvalues(case: Case) -> np.ndarray:
    """Return the model's p-values of normal rows."""
    return case.model.calibration.pvalue_N(sound_scores(case).test_N[normal_rows(case)])


def alarm_rows(case: Case) -> np.ndarray:
    """Return 1 for each test row that completes a false alarm of the model."""
    if not case.rows.schema.cadence_seconds:
        raise NotComputable("rows are events: without a cadence there is no succession of rows")
    normal_N = normal_rows(case)
    return false_alarm_N(case.test, case.rows.schema, sound_scores(case).flagged_N, normal_N)


def months(case: Case) -> pd.DataFrame:
    """Return the share of flagged normal rows by month and scorer."""
    normal_N = case.bench.normal_N
    flags = {name: score.flagged_N[normal_N] for name, score in case.once(scores).items()}
    return monthly_false_alarms(case.test.loc[normal_N, case.rows.schema.time], flags)


def label_draws(case: Case, label: ColumnSpec) -> tuple[np.ndarray, Bootstrap]:
    """Return which units (rows or groups) a label marks, and draws of them."""
    marked, _, first = marked_units(case.test, label, np.zeros(len(case.test)))
    return marked, case.bootstrap(case.test.iloc[first])


def binary_labels(case: Case) -> list[ColumnSpec]:
    """Return the labels that mark rows, if there are any."""
    found = [label for label in case.rows.schema.labels if label.kind == "binary"]
    if not found:
        raise NotComputable("the contract has no binary label")
    return found
