from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.synthetic import findings
from vaegis.evaluation.synthetic.answers import Amounts
from vaegis.evaluation.synthetic.augmentation import Trial
from vaegis.evaluation.synthetic.use_metrics import augmentation_gain, real_utility, utility, utility_ratio


@pytest.fixture(scope="module")
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals={})


def learners(case, *errors):
    """Answers to one column of the test rows by two learners that err so much."""
    asked, rng = case.once(findings.asked), np.random.default_rng(0)
    truth, everybody = rng.normal(size=len(asked)), np.ones(len(asked), dtype=bool)
    noise = rng.normal(size=len(asked))
    told = [None if error is None else truth + error * noise for error in errors]
    pair = tuple(None if one is None else Amounts(known_N=everybody, truth_T=truth, told_T=one) for one in told)
    return replace(case, found={findings.asked: asked, findings.answers: {"heat_c": pair}})


def test_scores_have_intervals_over_test_rows_and_their_ratio_one_of_pairs(case):
    judged = learners(case, 0.5, 0.5)
    own, other, ratio = real_utility(judged), utility(judged), utility_ratio(judged)
    assert own.low < own.value < own.high
    assert (own.low, own.high) == (other.low, other.high)
    assert (ratio.low, ratio.value, ratio.high) == pytest.approx((1.0, 1.0, 1.0)), "the same answers to the same rows"
    better = utility_ratio(learners(case, 0.5, 0.2))
    assert 1.0 < better.low < better.value < better.high


def test_a_column_that_generated_rows_do_not_hold_leaves_the_score_of_real_rows(case):
    judged = learners(case, 0.5, None)
    assert real_utility(judged).low is not None
    assert utility(judged).value is None
    assert utility_ratio(judged).value is None


def test_without_enough_labels_nothing_is_said(case):
    with pytest.raises(NotComputable, match="5% of the labels mark too few rows"):
        augmentation_gain(case)


def test_the_gain_is_that_over_the_better_of_the_other_ways(case):
    table = pd.DataFrame(
        {"labels": [0.05, 1.0], "positives": [7, 90], "nothing": 0.2, "oversampling": 0.3, "generated": [0.5, 0.1]}
    )
    asked = case.once(findings.labelled)
    marked = np.arange(len(asked)) % 10 == 0
    told = {"nothing": 0.1 * marked, "oversampling": 0.2 * marked, "generated": 1.0 * marked}
    trial = Trial(labels=0.05, rows=9, positives=7, marked_T=marked, told=told)
    found = {findings.augmentation: table, findings.labelled: asked, findings.trials: {"stopped": [trial]}}
    gain = augmentation_gain(replace(case, found=found))
    assert (gain.value, gain.rows) == (pytest.approx(0.2), 7)
    assert (gain.low, gain.high) == (0.0, 0.0), "all three rank alike on whatever rows are drawn"
