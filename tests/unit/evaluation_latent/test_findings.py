"""What several figures share; tests/statistical judges models whose latent is known to live or to be dead."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch

from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent import findings


def test_a_decoder_that_does_not_listen_loses_nothing(case):
    network = deepcopy(case.model.network)
    first = next(module for module in network.decoder.modules() if isinstance(module, torch.nn.Linear))
    with torch.no_grad():
        first.weight.zero_()
    few = replace(case, bench=replace(case.bench, rows=replace(case.rows, test=case.test.head(200))), found={})
    deaf = replace(few, model=replace(case.model, network=network), found={})
    assert findings.decoding(deaf)["rise"].to_numpy() == pytest.approx(np.zeros(200), abs=1e-4)
    assert findings.decoding(few)["rise"].mean() > 1.0


def test_the_most_used_dimension_comes_first(case, twin_case):
    table = case.once(findings.dimensions)
    assert np.diff(table["kl"].to_numpy()[case.once(findings.ranked)]).max() <= 0
    widths = twin_case.once(findings.dimensions)["mean_variance"].to_numpy()
    assert np.diff(widths[twin_case.once(findings.ranked)]).max() <= 0, "points pay no KL: the widest is used most"


def test_one_row_has_no_spread(case):
    rows = replace(case.rows, test=case.test.head(1))
    lonely = replace(case, bench=replace(case.bench, rows=rows), found={})
    with pytest.raises(NotComputable, match="1 rows have no spread"):
        findings.judged(lonely)


@pytest.mark.parametrize("ask", [findings.with_prior, findings.holes, findings.information])
def test_an_autoencoder_has_no_prior(twin_case, ask):
    with pytest.raises(NotComputable, match="a deterministic autoencoder has no prior"):
        ask(twin_case)


def test_too_much_information_for_the_rows_is_called_saturated(case):
    most = replace(case, found={})
    told = most.once(findings.dimensions)
    most.found[findings.dimensions] = told.assign(kl=told["kl"] + 10.0)
    with pytest.raises(NotComputable, match=r"the estimator is saturated: the rate is [\d.]+ nats, and 1,\d+ rows can"):
        findings.information(most)


def test_holes_are_those_of_the_prior_whatever_rows_are_generated_by(case):
    class Other:
        def sample(self, num_rows, given, seed):
            return case.rows.train.head(num_rows)

    other = replace(case, model=replace(case.model, generator=Other()), found={})
    assert np.array_equal(findings.holes(case), findings.holes(other))
