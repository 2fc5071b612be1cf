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
from vaegis.evaluation.bench import build_bench
from vaegis.evaluation.case import Case
from vaegis.evaluation.latent import findings
from vaegis.evaluation.latent.aggregate import compare_with_prior, in_holes, moment_kl, sliced_w2
from vaegis.evaluation.latent.dimensions import kl_NK
from vaegis.evaluation.latent.metrics import METRICS
from vaegis.evaluation.metric import in_tier
from vaegis.evaluation.metrics import measure
from vaegis.evaluation.reconstruction.calibration import column_calibration, describe, standard_residuals
from vaegis.governance.judge import judge
from vaegis.governance.policy import load_policy
from vaegis.model.priors import MixturePrior, NormalPrior

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
def bench(rows):
    """The bench of the small world without derived columns, curves and rules."""
    return build_bench(
        replace(rows, schema=replace(rows.schema, derived_by="", derived=())), (), (), lambda frame: frame[[]], CONFIG
    )


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
    assert moment_kl(draws, np.zeros_like(draws), NormalPrior(3)) == pytest.approx(known, abs=0.03)


def test_moment_kl_adds_what_each_posterior_spreads():
    draws = 0.6 * RNG.normal(size=(200_000, 2))
    assert moment_kl(draws, np.full_like(draws, 0.8), NormalPrior(2)) == pytest.approx(0.0, abs=1e-3)
    assert np.isnan(moment_kl(np.zeros((10, 2)), np.zeros((10, 2)), NormalPrior(2))), "a point has no density"


def test_sliced_distance_of_equal_and_shifted_samples():
    x = RNG.normal(size=(4000, 4))
    assert sliced_w2(x, x, np.random.default_rng(1)) == 0.0
    shift = np.array([2.0, 0.0, 0.0, 0.0])
    assert sliced_w2(x, x + shift, np.random.default_rng(1)) == pytest.approx(1.0, rel=0.25)


def test_the_null_bounds_the_distance_of_the_prior_from_itself():
    inside = compare_with_prior(RNG.normal(size=(2000, 4)), np.zeros((2000, 4)), NormalPrior(4), seed=0)
    assert inside["sliced_w2"] < 1.5 * inside["sliced_w2_null"]
    outside = compare_with_prior(RNG.normal(size=(2000, 4)) + 0.5, np.zeros((2000, 4)), NormalPrior(4), seed=0)
    assert outside["sliced_w2"] > 3 * outside["sliced_w2_null"]


def test_sliced_distance_of_two_gaussians_of_known_spread():
    """Of normals about one centre projections are |difference of spreads| apart, here the same in all directions."""
    x, y = (spread * RNG.normal(size=(20_000, 3)) for spread in (1.0, 1.7))
    assert sliced_w2(x, y, np.random.default_rng(1)) == pytest.approx(0.7, abs=0.02)


def test_hole_share_of_the_same_and_of_another_place():
    train = RNG.normal(size=(20_000, 3))
    assert in_holes(train, RNG.normal(size=(20_000, 3))).mean() == pytest.approx(0.001, abs=0.001)
    assert in_holes(train, RNG.normal(size=(500, 3)) + 8.0).all()


def test_kl_by_dimension_is_the_closed_form():
    mean, std = RNG.normal(size=(5, 2)), RNG.uniform(0.2, 1.5, size=(5, 2))
    known = [-np.log(std[:, k]) + (std[:, k] ** 2 + mean[:, k] ** 2) / 2 - 0.5 for k in range(2)]
    assert kl_NK(mean, std) == pytest.approx(np.transpose(known))
    assert not kl_NK(mean, np.zeros((5, 2))).any()


def figures_of(model, bench, tier="fast"):
    """Return the metrics of the latent space that are numbers, by name, and the table by dimension."""
    case = Case(model=model, bench=bench, rivals={}, tier=tier, replicates=0)
    measured = measure(case, {name: spec for name, spec in METRICS.items() if in_tier(spec, tier)})
    figures = {name.partition("/")[2]: found.estimate.value for name, found in measured.items()}
    return figures, case.once(findings.dimensions)


def test_a_working_model_uses_its_latent(vae, bench):
    figures, table = figures_of(vae, bench)
    assert figures["active_units"] >= 2
    assert figures["decoder_use"] > 1.0
    assert figures["rate"] == pytest.approx(table["kl"].sum())
    assert figures["rate"] > 1.0
    assert 0.0 <= figures["aggregate_kl"] < 1.0
    assert figures["prior_hole_share"] < 0.05


def test_a_collapsed_model_shows_in_every_figure_of_use(collapsed, bench):
    figures, table = figures_of(collapsed, bench, "full")
    assert figures["active_units"] == 0
    assert figures["active_share"] == 0
    assert abs(figures["decoder_use"]) < 0.1
    assert figures["rate"] < 0.1
    assert not table["active"].any()
    assert figures["mutual_information"] == pytest.approx(0.0, abs=0.1)
    assert figures["prior_auroc"] == pytest.approx(0.5, abs=0.08), "the posterior of every row is the prior"


def test_a_dead_latent_is_judged_without_nonsense(vae, bench):
    """An encoder that says N(0, 1) of everything, exactly."""
    network = deepcopy(vae.network)
    with torch.no_grad():
        network.to_latent.weight.zero_()
        network.to_latent.bias.zero_()
    figures, _ = figures_of(replace(vae, network=network), bench, "full")
    assert (figures["active_units"], figures["rate"]) == (0, 0.0)
    assert figures["prior_hole_share"] is None
    assert figures["trustworthiness"] is None
    assert figures["aggregate_kl"] == pytest.approx(0.0, abs=1e-6)
    assert figures["mutual_information"] == pytest.approx(0.0, abs=1e-6)


def test_a_fitted_prior_is_compared_with_the_rows_it_was_fitted_on(vae, bench, rows):
    """An encoder that puts all rows two to the side: far from N(0, I), and where the mixture learned to be."""
    network = deepcopy(vae.network)
    with torch.no_grad():
        network.to_latent.bias[: network.latent_dim] += 2.0
    moved = replace(vae, network=network)
    mean_NK, std_NK = (torch.from_numpy(item) for item in moved.posterior(rows.train))
    z_NK = mean_NK + std_NK * torch.randn(mean_NK.shape, generator=torch.Generator().manual_seed(0))
    plain, _ = figures_of(moved, bench, "full")
    fitted, _ = figures_of(replace(moved, prior=MixturePrior.fit(z_NK, seed=0)), bench, "full")
    bounds = {
        "aggregate_kl": (0.2, 5),
        "sliced_w2_ratio": (3, 5),
        "prior_auroc": (0.65, 0.9),
        "prior_uncovered_share": (0.1, 0.3),
    }
    for name, (near, far) in bounds.items():
        assert fitted[name] < near, name
        assert plain[name] > far, name
    assert fitted["rate"] == plain["rate"], "what training charged does not change"


def test_a_deterministic_autoencoder_has_no_rate_and_no_prior(twin, bench):
    figures, _ = figures_of(twin, bench)
    assert figures["rate"] == 0.0
    assert {figures[name] for name in ("aggregate_kl", "sliced_w2", "prior_hole_share")} == {None}
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
def test_the_shipped_policy_refuses_what_is_no_working_vae(request, bench, name, failing):
    figures, _ = figures_of(request.getfixturevalue(name), bench)
    metrics = {f"evaluate/latent/{key}": value for key, value in figures.items()}
    policy = load_policy(ROOT / "policy.yaml")
    gates = [gate for gate in policy.gates if gate.metric in metrics]
    failed = {gate.name for gate in gates if judge(gate, metrics, None, policy.on_other_rows).refuses}
    assert failed >= failing
    assert bool(failed) == bool(failing)


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
    fair = column_calibration(standard_residuals(vae, rows.test, 0, numeric))
    assert np.sqrt((fair["residual_std"] ** 2).mean()) == pytest.approx(1.0, abs=0.2)
    shifted = rows.test.assign(heat_c=rows.test["heat_c"] + 15.0)
    moved = column_calibration(standard_residuals(vae, shifted, 0, numeric))
    assert moved["pit_ks"].max() > fair["pit_ks"].max() + 0.2
