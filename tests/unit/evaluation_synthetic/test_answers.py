"""Scores are those of scikit-learn, on all rows and on rows drawn again; intervals hold the score of the law."""

import numpy as np
import pytest
from scipy.stats import binom
from sklearn.metrics import r2_score, roc_auc_score

from vaegis.evaluation.bootstrap import Bootstrap, percentiles
from vaegis.evaluation.synthetic.answers import Amounts, Levels

RNG = np.random.default_rng(0)
KNOWN = np.arange(400) % 4 > 0
DRAWS = Bootstrap.of_blocks(np.arange(400) // 8, 20, 0)


def drawn(values_T, replicate):
    """Return the rows of a replicate, each as often as it was drawn."""
    return np.repeat(values_T, DRAWS.counts_RB[replicate][DRAWS.block_N[KNOWN]].astype(int), axis=0)


def test_amounts_are_scored_by_r2_on_the_rows_drawn():
    truth = RNG.normal(50.0, 3.0, KNOWN.sum())
    told = truth + RNG.normal(size=len(truth))
    answers = Amounts(known_N=KNOWN, truth_T=truth, told_T=told)
    assert answers.score() == r2_score(truth, told)
    exact = [r2_score(drawn(truth, r), drawn(told, r)) for r in range(20)]
    np.testing.assert_allclose(answers.resample(DRAWS), exact)


def test_levels_are_scored_by_auroc_on_the_rows_drawn():
    level = RNG.integers(0, 3, KNOWN.sum())
    truth = {str(number): level == number for number in range(3)}
    told = {name: is_it + RNG.normal(size=len(level)) for name, is_it in list(truth.items())[:2]}
    answers = Levels(known_N=KNOWN, truth=truth, told=told)
    assert answers.score() == pytest.approx(np.mean([*(roc_auc_score(truth[n], told[n]) for n in told), 0.5]))
    exact = [np.mean([*(roc_auc_score(drawn(truth[n], r), drawn(told[n], r)) for n in told), 0.5]) for r in range(20)]
    np.testing.assert_allclose(answers.resample(DRAWS), exact)


def test_nothing_to_score_in_a_replicate_is_nan():
    still = np.where(np.arange(400) < 8, 1.0, 0.0)
    missed = DRAWS.counts_RB[:, 0] == 0
    assert missed.any()
    amounts = Amounts(known_N=np.ones(400, dtype=bool), truth_T=still, told_T=np.full(400, 0.5))
    levels = Levels(known_N=np.ones(400, dtype=bool), truth={"on": still > 0}, told={"on": RNG.normal(size=400)})
    for answers in (amounts, levels):
        np.testing.assert_array_equal(np.isfinite(answers.resample(DRAWS)), ~missed)


@pytest.mark.parametrize("ratio", [False, True], ids=["score", "ratio"])
def test_intervals_hold_the_score_of_the_law(ratio):
    """Truth N(0, 1); one learner errs by N(0, 0.5), so that its R2 is 0.75; another, on the same rows, by N(0, 0.6)."""
    times, hits, law = 120, 0, (1 - 0.36) / 0.75 if ratio else 0.75
    for seed in range(times):
        rng, everybody = np.random.default_rng(seed), np.ones(500, dtype=bool)
        truth, draws = rng.normal(size=500), Bootstrap.of_rows(500, 200, seed)
        told = [truth + rng.normal(0.0, sd, 500) for sd in (0.5, 0.6)]
        first, second = (Amounts(known_N=everybody, truth_T=truth, told_T=one).resample(draws) for one in told)
        low, high = percentiles(second / first if ratio else first)
        hits += low <= law <= high
    assert binom.ppf(0.001, times, 0.93) <= hits <= binom.ppf(0.999, times, 0.95)
