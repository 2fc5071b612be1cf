from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch

from vaegis.evaluation.latent.traversal import REACH, STEPS, standardised, traverse


def test_one_latent_moves_between_its_quantiles_and_the_others_rest(models, rows):
    table = traverse(models[0], rows.test, [2, 0])
    mean, _ = models[0].posterior(rows.test)
    assert table["dimension"].tolist() == ["z_2"] * STEPS + ["z_0"] * STEPS
    assert table["z"].iloc[[0, STEPS - 1]].tolist() == pytest.approx(np.quantile(mean[:, 2], REACH).tolist())
    assert {"load_kw", "mode"} <= set(table)


def test_a_latent_that_the_decoder_does_not_hear_moves_nothing(models, rows):
    widest = int(models[0].posterior(rows.test)[0].var(axis=0).argmax())
    network = deepcopy(models[0].network)
    first = next(module for module in network.decoder.modules() if isinstance(module, torch.nn.Linear))
    with torch.no_grad():
        first.weight[:, widest].zero_()
    deaf = replace(models[0], network=network)
    moved = standardised(deaf, traverse(deaf, rows.test, [widest]))
    assert (moved.max() - moved.min()).max() == pytest.approx(0.0, abs=1e-5)
    heard = standardised(models[0], traverse(models[0], rows.test, [widest]))
    assert (heard.max() - heard.min()).max() > 0.1


def test_the_standardised_scale_is_that_of_training(models, rows):
    z = standardised(models[0], rows.train)
    assert z["load_kw"].mean() == pytest.approx(0.0, abs=0.01)
    assert z["load_kw"].std() == pytest.approx(1.0, abs=0.02)
    assert "mode" not in z
