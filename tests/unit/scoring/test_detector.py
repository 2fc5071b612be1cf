import numpy as np
import pytest
import torch

from vaegis.config.score import ScoreConfig
from vaegis.data.batches import TableBatch
from vaegis.errors import ConfigError, DataError
from vaegis.scoring.detector import Detector
from vaegis.scoring.reference import BLOCK_ROWS

LEVELS = (3,)


@pytest.fixture(params=["detector", "parametric"])
def fitted(request):
    return request.getfixturevalue(request.param)


def broken(batch, column=0, by=4.0):
    values_ND = batch.values_ND.clone()
    values_ND[:, column] += by
    return TableBatch(values_ND, batch.codes_NC, batch.observed_NX)


@pytest.mark.parametrize("asked", ["novelty", "outlier"])
def test_rows_against_the_correlation_score_higher(fitted, make_batch, asked):
    usual, odd = make_batch(200, seed=1), broken(make_batch(200, seed=1), by=2.0)
    assert (fitted.score_N(odd, asked) > fitted.score_N(usual, asked)).mean() > (0.9 if asked == "novelty" else 0.6)


def test_usual_rows_score_about_nothing(fitted, make_batch):
    assert abs(np.median(fitted.score_N(make_batch(500, seed=2)))) < 0.2
    assert abs(np.median(fitted.rank_N(make_batch(400, missing=0.03)))) < 0.2


@pytest.mark.parametrize("asked", ["novelty", "outlier"])
def test_a_row_alone_scores_the_same_bits(fitted, make_batch, asked):
    batch = make_batch(BLOCK_ROWS + 9, seed=3, missing=0.2)
    whole_N = fitted.score_N(batch, asked)
    assert fitted.score_N(batch, asked).tolist() == whole_N.tolist()
    for position in (0, 7, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 8):
        assert fitted.score_N(batch.rows(position, position + 1), asked)[0] == whole_N[position]


@pytest.mark.parametrize("trained", [False, True])
def test_contributions_add_up_to_the_score(fitted, make_batch, trained):
    judged = fitted.judge(make_batch(400, missing=0.03), "outlier" if trained else "novelty", trained=trained)
    np.testing.assert_allclose(judged.contribution_NX.sum(1), judged.score_N, atol=1e-9)
    np.testing.assert_allclose(judged.term_NT.mean(1), judged.score_N, atol=1e-9)
    assert judged.contribution_NX.shape == (400, 5)


def test_spread_says_how_far_members_differ(detector, make_batch):
    new = detector.judge(make_batch(100, seed=4))
    assert (new.spread_N > 0).all()
    assert (new.spread_N < 0.5).all()
    trained = detector.judge(make_batch(400, missing=0.03), trained=True)
    assert trained.spread_N.max() < 1e-12  # one member has not seen the row


def test_a_training_row_is_no_evidence_for_itself(detector, make_batch):
    """As a new row each is at distance 0 from its stored self."""
    batch = make_batch(400, missing=0.03)
    assert (detector.score_N(batch) < detector.rank_N(batch, "novelty")).all()


def test_other_rows_than_fitted_are_not_ranked(detector, make_batch):
    with pytest.raises(DataError, match="are not the 400 rows"):
        detector.rank_N(make_batch(400, seed=1))


def test_missing_rows_are_usual_and_empty_batches_are_empty(fitted, make_batch):
    judged = fitted.judge(make_batch(3, missing=1.0))
    assert judged.score_N.tolist() == [0.0] * 3
    assert fitted.judge(make_batch(0)).contribution_NX.shape == (0, 5)


@pytest.mark.parametrize("mode", ["hybrid", "parametric"])
@pytest.mark.parametrize("num_rows", [4, 20])
def test_few_rows_will_do(make_batch, mode, num_rows):
    batch = make_batch(num_rows)
    fitted = Detector.fit(batch, LEVELS, ScoreConfig(mode=mode))
    assert np.isfinite(fitted.score_N(make_batch(9, seed=1))).all()
    assert np.isfinite(fitted.rank_N(batch)).all()


@pytest.mark.parametrize("mode", ["hybrid", "parametric"])
def test_odd_tables_are_harmless(make_batch, mode):
    levels = TableBatch(torch.zeros(60, 0), make_batch(60).codes_NC, torch.ones(60, 1))
    constant = TableBatch(torch.zeros(60, 2), torch.zeros(60, 0, dtype=torch.long), torch.ones(60, 2))
    empty = TableBatch(
        torch.zeros(60, 2), torch.zeros(60, 0, dtype=torch.long), torch.tensor([[1.0, 0.0]]).repeat(60, 1)
    )
    for batch, num_levels in ((levels, LEVELS), (constant, ()), (empty, ())):
        fitted = Detector.fit(batch, num_levels, ScoreConfig(mode=mode))
        assert np.isfinite(fitted.rank_N(batch)).all()
        assert np.isfinite(fitted.score_N(broken(batch, by=1e6) if batch.values_ND.shape[1] else batch)).all()


def test_only_so_many_rows_are_read(make_batch):
    batch = make_batch(500)
    fitted = Detector.fit(batch, LEVELS, ScoreConfig(reference_rows=100))
    assert fitted.reference.rows.num_rows == 100
    assert fitted.rank_N(batch).shape == (500,)


def test_parametric_stores_no_row(parametric):
    assert parametric.reference.rows.num_rows == 0


def test_the_same_seed_gives_the_same_scores(detector, make_batch):
    again = Detector.fit(make_batch(400, missing=0.03), LEVELS, ScoreConfig())
    rows = make_batch(50, seed=1)
    assert again.score_N(rows).tolist() == detector.score_N(rows).tolist()


def test_what_cannot_be_fitted_is_refused(make_batch):
    with pytest.raises(ConfigError, match="'elbo' fits no detector; allowed: hybrid, parametric"):
        Detector.fit(make_batch(9), LEVELS, ScoreConfig(mode="elbo"))
    with pytest.raises(DataError, match="3 rows are too few for 3 members"):
        Detector.fit(make_batch(3), LEVELS, ScoreConfig())
