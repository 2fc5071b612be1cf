from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.detection.faults import Injected
from vaegis.evaluation.detection.injected import (
    POOLED,
    Scores,
    alarm_position,
    column_detection,
    detection_table,
    event_alarms,
    flag_above,
)


@pytest.fixture
def injected():
    """Two events of four rows: a bias found at once, a stuck sensor never found."""
    events = pd.DataFrame({"kind": ["bias", "stuck"], "size": [2.0, np.nan]})
    return Injected(frame=pd.DataFrame({"x": range(8)}), event_N=np.repeat([0, 1], 4), events=events)


@pytest.fixture
def scores():
    """A scorer that puts the first event above all normal rows and the second below them."""
    fault_P = np.r_[np.full(4, 9.0), np.full(4, -9.0)]
    test_N = np.arange(5.0)
    return Scores(test_N=test_N, fault_P=fault_P, flagged_N=test_N > 3, flagged_P=fault_P > 3)


def test_kinds_and_the_pool_are_scored(injected, scores):
    table = detection_table({"one": scores}, injected, np.ones(5, dtype=bool), 0.2, 4.0).set_index("kind")
    assert table.loc["bias", ["auroc", "recall", "event_recall"]].tolist() == [1.0, 1.0, 1.0]
    assert table.loc["stuck", ["auroc", "recall", "event_recall"]].tolist() == [0.0, 0.0, 0.0]
    assert table.loc[POOLED, ["auroc", "recall", "event_recall"]].tolist() == [0.5, 0.5, 0.5]
    assert table.loc["bias", "event_delay_hours"] == 3.0
    assert np.isnan(table.loc["stuck", "event_delay_hours"])


def test_single_rows_have_no_events_and_nothing_at_all_has_no_share(injected, scores):
    table = detection_table({"one": scores}, injected, np.ones(5, dtype=bool), 0.2, None)
    assert not [name for name in table.columns if name.startswith("event_")]
    nobody = detection_table({"one": scores}, injected, np.zeros(5, dtype=bool), 0.2, None)
    assert np.isnan(nobody[["auroc", "ap", "recall_at_rate", "false_alarm_rate"]].to_numpy()).all()
    none = Injected(frame=injected.frame[:0], event_N=np.empty(0, int), events=injected.events[:0])
    empty = Scores(test_N=scores.test_N, fault_P=np.empty(0), flagged_N=scores.flagged_N, flagged_P=np.empty(0, bool))
    table = detection_table({"one": empty}, none, np.ones(5, dtype=bool), 0.2, None)
    assert np.isnan(table[["auroc", "ap", "recall_at_rate", "recall"]].to_numpy()).all()


def test_columns_are_ranked_by_how_well_their_faults_are_found(injected, scores):
    named = replace(injected, events=injected.events.assign(sensor=["heat", "load"]))
    table = column_detection(scores, named, np.ones(5, dtype=bool))
    assert table.values.tolist() == [["heat", 4, 1.0], ["load", 4, 0.0]]


def test_labelled_rows_are_no_negatives(injected, scores):
    normal = np.array([True, True, True, True, False])
    table = detection_table({"one": scores}, injected, normal, 0.2, 4.0).set_index("kind")
    assert table.loc[POOLED, "false_alarm_rate"] == 0.0
    assert table.loc[POOLED, "auroc"] == 0.5


def test_an_alarm_needs_three_rows_in_succession():
    assert alarm_position(np.array([1, 1, 0, 1, 1, 1, 1], dtype=bool)) == 5
    assert alarm_position(np.array([1, 1, 0, 1, 1], dtype=bool)) == -1
    assert alarm_position(np.array([1, 1], dtype=bool)) == -1


def test_flags_hold_the_rate_on_exchangeable_rows():
    rng = np.random.default_rng(0)
    flagged = flag_above(rng.normal(size=5000), 0.05, rng.normal(size=20_000))
    assert flagged.mean() == pytest.approx(0.05, abs=0.012)
    assert not flag_above(np.arange(5.0), 0.01, np.array([99.0])).any(), "five rows cannot support 1 %"


def test_events_have_a_delay_or_none(injected, scores):
    delay_E = event_alarms(scores.flagged_P, injected, 4.0)
    assert delay_E[0] == 3.0
    assert np.isnan(delay_E[1])


def test_recall_of_events_has_a_binomial_interval(injected, scores):
    table = detection_table({"one": scores}, injected, np.ones(5, dtype=bool), 0.2, 4.0).set_index("kind")
    pooled = table.loc[POOLED]
    assert pooled["event_recall_low"] == pytest.approx(0.0126, abs=1e-3)  # 1 of 2, Clopper and Pearson
    assert pooled["event_recall_high"] == pytest.approx(1 - 0.0126, abs=1e-3)
    assert pooled[["tpr_at_fpr_1pct", "tpr_at_fpr_5pct"]].tolist() == [0.5, 0.5]
