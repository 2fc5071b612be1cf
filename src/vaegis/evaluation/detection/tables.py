"""The tables of detection."""

from typing import Final

import pandas as pd

from vaegis.evaluation.bench import OWN
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import findings
from vaegis.evaluation.detection.conformal import pvalue_table
from vaegis.evaluation.detection.histogram import histogram_table
from vaegis.evaluation.detection.injected import column_detection
from vaegis.evaluation.metric import TableSpec


def by_column(case: Case) -> pd.DataFrame:
    """Return how well faults of each column are found."""
    return column_detection(case.once(findings.scores)[OWN], case.bench.injected, case.bench.normal_N)


def histogram(case: Case) -> pd.DataFrame:
    """Return the scores of normal rows and of rows with faults, as shares by bin."""
    own = case.once(findings.scores)[OWN]
    return histogram_table(own.test_N[case.bench.normal_N], own.fault_P)


TABLES: Final[dict[str, TableSpec]] = {
    "detection": TableSpec(
        title="Injected faults by scorer, kind and size: ranking, recall, events found and their delay",
        make=lambda case: case.once(findings.detection),
    ),
    "detection_by_column": TableSpec(title="Injected faults by the column they sit in", make=by_column),
    "labels": TableSpec(
        title="Labels by scorer: prevalence and ranking, by row or group", make=lambda case: case.once(findings.labels)
    ),
    "false_alarms_by_month": TableSpec(
        title="Share of normal rows that each scorer flags, by month", make=lambda case: case.once(findings.months)
    ),
    "pvalues": TableSpec(
        title="P-values of normal rows: the share at or below each, which should be the p-value itself",
        make=lambda case: pvalue_table(case.once(findings.pvalues)),
    ),
    "score_histogram": TableSpec(title="Scores of normal rows and of rows with faults, shares by bin", make=histogram),
}
