"""Where latents keep all, some or nothing of what a target needs."""

from dataclasses import replace

import numpy as np
import pytest

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.usefulness.results import r2, r2_replicates, results, table

RNG = np.random.default_rng(0)


def test_r2_of_the_truth_the_mean_and_of_half():
    y = RNG.normal(size=5000)
    assert r2(y, y) == 1.0
    assert r2(y, np.full(5000, y.mean())) == pytest.approx(0.0)
    assert r2(y, y + RNG.normal(size=5000) * np.sqrt(0.5) * y.std()) == pytest.approx(0.5, abs=0.03)


def test_replicates_of_r2_scatter_about_it_and_all_blocks_once_give_it():
    y = RNG.normal(size=1000) + 40.0
    answer = y + RNG.normal(size=1000)
    draws = Bootstrap.of_rows(1000, 200, seed=0)
    assert r2_replicates(y, answer, draws).mean() == pytest.approx(r2(y, answer), abs=0.03)
    once = Bootstrap(draws.block_N, np.ones((1, draws.counts_RB.shape[1])))
    assert r2_replicates(y, answer, once) == pytest.approx([r2(y, answer)])


def test_a_replicate_without_variance_is_no_number():
    y = np.zeros(400)
    y[0] = 1e100
    draws = Bootstrap.of_rows(400, 50, seed=0)
    replicates = r2_replicates(y, y + 1.0, draws)
    without = draws.counts_RB[:, draws.block_N[0]] == 0
    assert without.any()
    assert np.isnan(replicates).tolist() == without.tolist()


@pytest.fixture(scope="module")
def told(case):
    return table(case).set_index(["target", "learner", "columns"])


def test_every_task_learner_and_kind_has_a_line(told):
    assert len(told) == 3 * 2 * 3
    assert told["score"].between(-1, 1).all()
    assert (told["low"].dropna() <= told["score"][told["low"].notna()]).all()
    assert told.loc[("heat_c", "trees", "raw"), "hidden"] == "heat_c"


def test_raw_columns_gain_nothing_over_themselves(told):
    raw = told.xs("raw", level="columns")
    assert (raw[["gain", "gain_low", "gain_high"]].fillna(0.0) == 0).all().all()


def test_heat_follows_from_load_and_weather_also_in_the_latents(told):
    """heat = 20 + 0.4 load + 0.5 weather + noise; a model that uses its latent keeps both."""
    assert told.loc[("heat_c", "linear", "raw"), "score"] > 0.95
    assert told.loc[("heat_c", "trees", "latent"), "score"] > 0.6


def test_latents_of_an_untrained_encoder_lose_what_raw_columns_have(case, told):
    from copy import deepcopy

    import torch

    network = deepcopy(case.model.network)
    with torch.no_grad():
        network.to_latent.weight.zero_()
    dead = replace(case, model=replace(case.model, network=network), found={})
    lost = table(replace_targets(dead, ["stopped"])).set_index(["learner", "columns"])
    assert lost.loc[("trees", "latent"), "score"] == pytest.approx(0.5)
    assert lost.loc[("trees", "latent"), "gain"] < -0.3
    assert lost.loc[("trees", "both"), "gain"] == pytest.approx(0.0, abs=0.02)


def test_nothing_to_predict_is_said(case):
    still = case.test.assign(stopped=0.0, outage=0.0, heat_c=1.0)
    quiet = replace(case, bench=replace(case.bench, rows=replace(case.rows, test=still)), found={})
    with pytest.raises(NotComputable, match="there is nothing to predict"):
        results(quiet)


def replace_targets(case, targets):
    config = replace(case.config, targets=targets)
    return replace(case, bench=replace(case.bench, config=config), found={})
