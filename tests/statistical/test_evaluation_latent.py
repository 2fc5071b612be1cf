"""Latent diagnostics against closed forms, and on models whose fault is known."""

import importlib.util
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import norm

from vaegis.config.evaluate import EvaluateConfig
from vaegis.evaluation.aggregate import compare_with_prior, hole_share, moment_kl, sliced_w2
from vaegis.evaluation.latent import kl_by_dimension, measure_latent
from vaegis.evaluation.reconstruction.calibration import column_calibration, describe
from vaegis.governance.judge import judge
from vaegis.governance.policy import load_policy

ROOT = Path(__file__).parents[2]
_FILE = Path(__file__).parents[1] / "fixtures" / "evaluation_project.py"
_SPEC = importlib.util.spec_from_file_location("evaluation_project", _FILE)
WORLD = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(WORLD)
RNG = np.random.default_rng(0)
CONFIG = EvaluateConfig(sample_rows=300)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    WORLD.write_project(root)
    return WORLD.read_rows(root)


@pytest.fixture(scope="module")
def vae():
    return WORLD.fit_quickly("vae")


@pytest.fixture(scope="module")
def twin():
    return WORLD.fit_quickly("autoencoder")


@pytest.fixture(scope="module")
def collapsed():
    """A VAE whose KL was charged so dearly that it gave its latent up."""
    return WORLD.fit_quickly("vae", beta=200.0)


def test_moment_kl_of_a_known_gaussian():
    mean, std = np.array([1.0, 0.0, -2.0]), np.array([1.0, 0.5, 2.0])
    known = 0.5 * (std**2 + mean**2 - 1.0 - 2.0 * np.log(std)).sum()
    draws = mean + std * RNG.normal(size=(200_000, 3))
    assert moment_kl(draws, np.zeros_like(draws)) == pytest.approx(known, abs=0.03)


def test_moment_kl_adds_what_each_posterior_spreads():
    draws = 0.6 * RNG.normal(size=(200_000, 2))
    assert moment_kl(draws, np.full_like(draws, 0.8)) == pytest.approx(0.0, abs=1e-3)
    assert np.isnan(moment_kl(np.zeros((10, 2)), np.zeros((10, 2)))), "a point has no density"


def test_sliced_distance_of_equal_and_shifted_samples():
    x = RNG.normal(size=(4000, 4))
    assert sliced_w2(x, x, np.random.default_rng(1)) == 0.0
    shift = np.array([2.0, 0.0, 0.0, 0.0])
    assert sliced_w2(x, x + shift, np.random.default_rng(1)) == pytest.approx(1.0, rel=0.25)


def test_the_null_bounds_the_distance_of_the_prior_from_itself():
    inside = compare_with_prior(RNG.normal(size=(2000, 4)), np.zeros((2000, 4)), seed=0)
    assert inside["sliced_w2"] < 1.5 * inside["sliced_w2_null"]
    outside = compare_with_prior(RNG.normal(size=(2000, 4)) + 0.5, np.zeros((2000, 4)), seed=0)
    assert outside["sliced_w2"] > 3 * outside["sliced_w2_null"]


def test_hole_share_of_the_same_and_of_another_place():
    train = RNG.normal(size=(20_000, 3))
    assert hole_share(train, RNG.normal(size=(20_000, 3))) == pytest.approx(0.001, abs=0.001)
    assert hole_share(train, RNG.normal(size=(500, 3)) + 8.0) == 1.0
    assert np.isnan(hole_share(np.zeros((10, 3)), np.ones((5, 3))))


def test_kl_by_dimension_is_the_closed_form():
    mean, std = RNG.normal(size=(5, 2)), RNG.uniform(0.2, 1.5, size=(5, 2))
    known = [-np.log(std[:, k]) + (std[:, k] ** 2 + mean[:, k] ** 2) / 2 - 0.5 for k in range(2)]
    assert kl_by_dimension(mean, std) == pytest.approx(np.mean(known, axis=1))
    assert kl_by_dimension(mean, np.zeros((5, 2))).tolist() == [0.0, 0.0]


def test_a_working_model_uses_its_latent(vae, rows):
    figures, table = measure_latent(vae, rows.train, rows.test, CONFIG)
    assert figures["active_units"] >= 2
    assert figures["decoder_use"] > 1.0
    assert figures["rate"] == pytest.approx(table["kl"].sum())
    assert figures["rate"] > 1.0
    assert 0.0 <= figures["aggregate_kl"] < 1.0
    assert figures["prior_hole_share"] < 0.05


def test_a_collapsed_model_shows_in_every_figure_of_use(collapsed, rows):
    figures, table = measure_latent(collapsed, rows.train, rows.test, CONFIG)
    assert figures["active_units"] == 0
    assert figures["active_share"] == 0
    assert abs(figures["decoder_use"]) < 0.1
    assert figures["rate"] < 0.1
    assert not table["active"].any()


def test_a_dead_latent_is_judged_without_nonsense(vae, rows):
    """An encoder that says N(0, 1) of everything, exactly."""
    network = deepcopy(vae.network)
    with torch.no_grad():
        network.to_latent.weight.zero_()
        network.to_latent.bias.zero_()
    figures, _ = measure_latent(replace(vae, network=network), rows.train, rows.test, CONFIG)
    assert (figures["active_units"], figures["rate"]) == (0, 0.0)
    assert np.isnan(figures["prior_hole_share"])
    assert figures["aggregate_kl"] == pytest.approx(0.0, abs=1e-6)


def test_a_deterministic_autoencoder_has_no_rate_and_no_prior(twin, rows):
    figures, _ = measure_latent(twin, rows.train, rows.test, CONFIG)
    assert figures["rate"] == 0.0
    assert np.isnan([figures[name] for name in ("aggregate_kl", "sliced_w2", "prior_hole_share")]).all()
    assert figures["decoder_use"] > 1.0


@pytest.mark.parametrize(
    ("name", "failing"),
    [
        ("vae", set()),
        (
            "collapsed",
            {
                "latent dimensions in use",
                "share of latent dimensions in use",
                "decoder listens to the latents",
                "information flows through the latents",
            },
        ),
        ("twin", {"information flows through the latents", "posterior matches the prior", "few holes in the prior"}),
    ],
)
def test_the_shipped_policy_refuses_what_is_no_working_vae(request, rows, name, failing):
    figures, _ = measure_latent(request.getfixturevalue(name), rows.train, rows.test, CONFIG)
    metrics = {f"evaluate/latent/{key}": value for key, value in figures.items()}
    policy = load_policy(ROOT / "policy.yaml")
    gates = [gate for gate in policy.gates if gate.metric in metrics]
    failed = {gate.name for gate in gates if judge(gate, metrics, None, policy.on_other_rows).refuses}
    assert failed >= failing
    assert bool(failed) == bool(failing)


def test_holes_are_those_of_the_prior_whatever_rows_are_generated_by(vae, rows):
    class Other:
        def sample(self, num_rows, given, seed):
            return rows.train.head(num_rows)

    figures, _ = measure_latent(vae, rows.train, rows.test, CONFIG)
    assert measure_latent(replace(vae, generator=Other()), rows.train, rows.test, CONFIG)[0] == figures


def test_residuals_of_a_known_spread():
    right = describe(RNG.normal(size=50_000))
    assert right["residual_std"] == pytest.approx(1.0, abs=0.02)
    assert right["pit_ks"] < 0.01
    wide = describe(2.0 * RNG.normal(size=50_000))
    grid = np.linspace(0, 6, 10_001)
    assert wide["pit_ks"] == pytest.approx((norm.cdf(grid) - norm.cdf(grid / 2)).max(), abs=0.01)
    assert np.isnan(describe(np.array([np.nan, 1.0]))["residual_std"])


def test_a_fitted_model_is_calibrated_and_a_shifted_world_is_not(vae, rows):
    numeric = [column.name for column in vae.transform.numeric]
    fair = column_calibration(vae, rows.test, seed=0, learnt=numeric)
    assert np.sqrt((fair["residual_std"] ** 2).mean()) == pytest.approx(1.0, abs=0.2)
    shifted = rows.test.assign(heat_c=rows.test["heat_c"] + 15.0)
    moved = column_calibration(vae, shifted, seed=0, learnt=numeric)
    assert moved["pit_ks"].max() > fair["pit_ks"].max() + 0.2
