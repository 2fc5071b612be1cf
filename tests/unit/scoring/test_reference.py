import numpy as np
import pytest
import torch

from vaegis.scoring.reference import Asked, Spreads, filled, read_in_blocks


def test_blocks_change_nothing(detector, make_batch):
    """300 rows are two blocks, the second filled up; each row reads as it does alone."""
    reference, rows = detector.reference, make_batch(300, seed=5)
    whole = read_in_blocks(reference.views, reference.members, rows)
    for position in (0, 255, 256, 299):
        alone = read_in_blocks(reference.views, reference.members, rows.rows(position, position + 1))
        assert alone.residual_ENW.equal(whole.residual_ENW[:, position : position + 1])


def test_blocks_are_filled_with_the_last_row():
    assert filled(torch.tensor([4, 7]), 5).tolist() == [4, 7, 7, 7, 7]


def test_surprise_has_unit_spread_where_members_did_not_train(detector):
    reference = detector.reference
    reading = read_in_blocks(reference.views, reference.members, reference.rows)
    surprise_ENU = reference.spreads.surprise_ENU(reading)
    for e in range(3):
        spread_U = surprise_ENU[e, detector.draw.fold_R == e].square().mean(0).sqrt()
        assert spread_U.max() <= 1.0
        assert spread_U[:4].min() > 0.5  # sigmas have a floor


def test_precision_is_the_inverse_of_the_covariance(detector):
    reference = detector.reference
    reading = read_in_blocks(reference.views, reference.members, reference.rows)
    unseen = detector.draw.fold_R == 0
    surprise_RU = reference.spreads.surprise_ENU(reading)[0, unseen].double().numpy()
    covariance = np.cov(surprise_RU.T)
    covariance += 0.01 * covariance.diagonal().mean() * np.eye(len(covariance))
    np.testing.assert_allclose(reference.spreads.precision_EUU[0], np.linalg.inv(covariance), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("num_rows", [1, 3])
def test_a_fold_of_a_row_has_finite_spreads(detector, make_batch, num_rows):
    reference = detector.reference
    reading = read_in_blocks(reference.views, reference.members, make_batch(num_rows))
    spreads = Spreads.fit(reading, torch.arange(num_rows) % 3)
    assert spreads.precision_EUU[0].isfinite().all()


def test_marginal_is_mean_and_standard_deviation_of_observed_cells(detector):
    mean_W, sigma_W = detector.reference.marginal
    rows = detector.reference.rows
    cells = rows.values_ND[rows.observed_NX[:, 0] > 0, 0]
    torch.testing.assert_close(mean_W[0], cells.mean())
    torch.testing.assert_close(sigma_W[0], cells.std(correction=0))


def test_asked_rows_stand_in_every_scale(detector, make_batch):
    reference, rows = detector.reference, make_batch(8, seed=6)
    asked = Asked.of(rows, reference.views, reference.members, torch.full((8,), -1))
    joint_ENV = reference.joint_ENV(asked.tailed_NW, asked.reading)
    assert joint_ENV.shape == (3, 8, 7 + 7 + 3)
    assert reference.known_NV(asked.observed_NW).shape == (8, 17)
    assert joint_ENV[..., :7].equal(asked.tailed_NW.expand(3, 8, 7))
