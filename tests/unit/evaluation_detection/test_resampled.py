import numpy as np
import pytest
from scipy.stats import norm

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.detection.ranking import auroc, average_precision, recall_at
from vaegis.evaluation.detection.resampled import resample_ranking

RNG = np.random.default_rng(0)


def once(num_rows):
    """Draws that take every row once."""
    return Bootstrap(np.zeros(num_rows, dtype=int), np.ones((1, 1)))


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("prevalence", [0.05, None])
def test_every_row_once_gives_the_figures_themselves(ties, prevalence):
    positive, negative = RNG.normal(1.0, size=400), RNG.normal(size=1001)
    if ties:
        positive, negative = positive.round(1), negative.round(1)
    found = resample_ranking(positive, negative, once(1_401), (0.01, 0.05), prevalence)
    assert found.auroc_R == pytest.approx([auroc(positive, negative)])
    assert found.ap_R == pytest.approx([average_precision(positive, negative, prevalence)])
    assert found.tpr_RF[0] == pytest.approx([recall_at(positive, negative, rate) for rate in (0.01, 0.05)], abs=0.01)


def test_the_spread_is_that_of_fresh_samples():
    positive, negative = RNG.normal(1.0, size=300), RNG.normal(size=900)
    found = resample_ranking(positive, negative, Bootstrap.of_rows(1_200, 400, seed=0), (0.05,))
    fresh = [
        (auroc(p, n), average_precision(p, n), recall_at(p, n, 0.05))
        for p, n in ((RNG.normal(1.0, size=300), RNG.normal(size=900)) for _ in range(400))
    ]
    spreads = np.std(fresh, axis=0)
    assert found.auroc_R.std() == pytest.approx(spreads[0], rel=0.2)
    assert found.ap_R.std() == pytest.approx(spreads[1], rel=0.35)
    assert found.tpr_RF[:, 0].std() == pytest.approx(spreads[2], rel=0.35)
    assert np.quantile(found.auroc_R, 0.025) < norm.cdf(1 / np.sqrt(2)) < np.quantile(found.auroc_R, 0.975)


def test_a_draw_without_positives_has_no_figure():
    found = resample_ranking(np.array([1.0]), np.zeros(30), Bootstrap.of_rows(31, 100, seed=0))
    assert 0 < np.isnan(found.auroc_R).sum() < 100
    assert found.auroc_R[np.isfinite(found.auroc_R)].tolist() == [1.0] * int(np.isfinite(found.auroc_R).sum())


def test_no_draws_no_replicates():
    found = resample_ranking(np.array([1.0]), np.zeros(3), Bootstrap.of_rows(4, 100, seed=0), (0.05,))
    assert found.auroc_R.shape == (0,)
    assert found.tpr_RF.shape == (0, 1)


def test_many_scores_are_ranked_by_thresholds_without_loss_that_matters():
    positive, negative = RNG.normal(1.0, size=20_000), RNG.normal(size=60_000)
    found = resample_ranking(positive, negative, once(80_000), (0.01, 0.05))
    assert found.auroc_R[0] == pytest.approx(auroc(positive, negative), abs=1e-4)
    assert found.ap_R[0] == pytest.approx(average_precision(positive, negative), abs=1e-3)
    known = [recall_at(positive, negative, rate) for rate in (0.01, 0.05)]
    assert found.tpr_RF[0] == pytest.approx(known, abs=0.003)
