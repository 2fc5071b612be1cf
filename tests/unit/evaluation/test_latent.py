"""What is exact; tests/statistical judges models whose latent is known to live or to be dead."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch

from vaegis.config.evaluate import EvaluateConfig
from vaegis.evaluation.latent import ACTIVE_VARIANCE, decoder_use, dimension_table, kl_by_dimension, measure_latent

CONFIG = EvaluateConfig(sample_rows=50)
PRIOR_BASED = ["aggregate_kl", "sliced_w2", "sliced_w2_null", "prior_hole_share"]


def test_the_prior_itself_costs_nothing_and_a_shift_half_its_square():
    assert kl_by_dimension(np.zeros((4, 2)), np.ones((4, 2))).tolist() == [0.0, 0.0]
    assert kl_by_dimension(np.full((4, 1), 2.0), np.ones((4, 1))).tolist() == [2.0]
    assert kl_by_dimension(np.zeros((4, 1)), np.full((4, 1), 0.5)) == pytest.approx([0.5 * (0.25 - 1) + np.log(2)])


def test_a_point_posterior_pays_no_kl():
    assert kl_by_dimension(np.ones((3, 2)), np.zeros((3, 2))).tolist() == [0.0, 0.0]


def test_a_dimension_is_active_if_its_mean_varies_enough():
    sizes = np.sqrt(ACTIVE_VARIANCE * np.array([0.99, 1.01, 0.0]))
    table = dimension_table(np.outer([1.0, -1.0], sizes), np.full((2, 3), 0.3))
    assert table["dimension"].tolist() == ["z_0", "z_1", "z_2"]
    assert table["active"].tolist() == [0, 1, 0]
    assert table["mean_variance"].tolist() == pytest.approx((sizes**2).tolist())
    assert table["mean_std"].tolist() == pytest.approx([0.3] * 3)


def test_a_decoder_that_does_not_listen_loses_nothing(models, rows):
    few = rows.test.head(200)
    network = deepcopy(models[0].network)
    first = next(module for module in network.decoder.modules() if isinstance(module, torch.nn.Linear))
    with torch.no_grad():
        first.weight.zero_()
    deaf = replace(models[0], network=network)
    assert decoder_use(deaf, few, seed=0)[1] == pytest.approx(0.0, abs=1e-5)
    assert decoder_use(models[0], few, seed=0)[1] > 1.0


def test_figures_are_those_of_the_table_and_of_the_seed(models, rows):
    figures, table = measure_latent(models[0], rows.train, rows.test, CONFIG)
    assert figures["active_units"] == table["active"].sum()
    assert figures["active_share"] == figures["active_units"] / 4
    assert figures["rate"] == pytest.approx(table["kl"].sum())
    assert measure_latent(models[0], rows.train, rows.test, CONFIG)[0] == figures


def test_what_needs_a_prior_is_nan_without_one(models, rows):
    figures, table = measure_latent(models[1], rows.train, rows.test, CONFIG)
    assert np.isnan([figures[name] for name in PRIOR_BASED]).all()
    assert figures["rate"] == 0.0
    assert (table["mean_std"] == 0).all()
    assert np.isfinite(figures["decoder_use"])
