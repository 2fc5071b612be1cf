import numpy as np
import pytest
import torch

from vaegis.scoring.reference import Asked
from vaegis.scoring.terms import RECIPES, TERMS


@pytest.fixture(scope="module")
def rows(make_batch):
    return make_batch(64, seed=9)


@pytest.fixture(scope="module")
def asked(detector, rows):
    return Asked.of(rows, detector.reference.views, detector.reference.members, torch.full((64,), -1))


def value(detector, asked, name):
    return TERMS[name].parts_ENW(detector.reference, asked).sum(-1)


def test_every_recipe_is_made_of_terms_and_every_term_is_used():
    used = {name for recipes in RECIPES.values() for names in recipes.values() for name in names}
    assert used == set(TERMS)


@pytest.mark.parametrize("name", TERMS)
def test_terms_are_finite_and_missing_cells_have_no_part(detector, make_batch, name):
    rows = make_batch(64, seed=4, missing=0.4)
    asked = Asked.of(rows, detector.reference.views, detector.reference.members, torch.full((64,), -1))
    parts_ENW = TERMS[name].parts_ENW(detector.reference, asked)
    assert parts_ENW.isfinite().all()
    assert parts_ENW[:, asked.observed_NW == 0].abs().max() < 1e-5


@pytest.mark.parametrize(("name", "k"), [("nearest", 1), ("close", 20)])
def test_distance_terms_are_mean_distances(detector, asked, name, k):
    found = detector.reference.standard.nearest(asked.standard_NW, asked.observed_NW, k)
    torch.testing.assert_close(value(detector, asked, name)[0], found.distance_Nk.mean(1))


def test_a_wide_neighbourhood_is_a_share_of_the_rows(detector, asked):
    found = detector.reference.robust.nearest(asked.robust_NW, asked.observed_NW, 20)  # of 400
    torch.testing.assert_close(value(detector, asked, "wide")[0], found.distance_Nk.mean(1))


def test_joint_distances_are_whole_though_latents_have_no_column(detector, asked):
    joint_ENV = detector.reference.joint_ENV(asked.tailed_NW, asked.reading)
    known_NV = detector.reference.known_NV(asked.observed_NW)
    for e, space in enumerate(detector.reference.joint):
        found = space.nearest(joint_ENV[e], known_NV, 5)
        torch.testing.assert_close(value(detector, asked, "joint")[e], found.distance_Nk.mean(1))


def test_mahalanobis_adds_up(detector, asked):
    spreads = detector.reference.spreads
    apart = (spreads.surprise_ENU(asked.reading) - spreads.mean_EU.unsqueeze(1)).double().numpy()
    whole = np.einsum("enu,euv,env->en", apart, spreads.precision_EUU.double().numpy(), apart)
    np.testing.assert_allclose(value(detector, asked, "mahalanobis"), whole, rtol=1e-3)


def test_error_is_about_one_a_column_on_average(detector, asked):
    parts_ENW = TERMS["error"].parts_ENW(detector.reference, asked)
    assert 0.2 < parts_ENW[..., :4].mean() < 2.0


def test_marginal_is_a_normal_and_a_share(detector, asked, rows):
    mean_W, sigma_W = detector.reference.marginal
    normal = torch.distributions.Normal(mean_W[:4], sigma_W[:4]).log_prob(rows.values_ND).sum(1)
    share = torch.from_numpy(detector.reference.views.share_L)[rows.codes_NC[:, 0] - 1].log()
    expected = -normal - share - 2 * np.log(2 * np.pi)
    torch.testing.assert_close(value(detector, asked, "marginal")[0], expected, rtol=1e-4, atol=1e-4)
