from dataclasses import replace

import numpy as np
import pytest
import torch

from vaegis.contract import Rule
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent import fidelity, findings
from vaegis.evaluation.latent.interpolation import near_share


def test_neighbours_of_a_working_model_can_be_believed(case):
    trust, continuity = fidelity.neighbours(case)
    assert min(trust, continuity) > 0.8


def test_few_rows_and_one_latent_for_all_have_no_neighbours(case):
    few = replace(case, bench=replace(case.bench, rows=replace(case.rows, test=case.test.head(20))))
    with pytest.raises(NotComputable, match="20 rows are too few"):
        fidelity.neighbours(few)
    from copy import deepcopy

    network = deepcopy(case.model.network)
    with torch.no_grad():
        network.to_latent.weight.zero_()
    with pytest.raises(NotComputable, match="all rows have the same latent"):
        fidelity.neighbours(replace(case, model=replace(case.model, network=network)))


def test_shares_are_those_of_the_ways(case):
    paths = case.once(findings.paths)
    near = fidelity.METRICS["latent/interpolation_near"].compute(case)
    assert near.value == pytest.approx(near_share(paths.latent_PT).mean())
    assert near.low <= near.value <= near.high
    assert near.rows == len(paths.latent_PT)


def test_rows_on_the_way_are_held_to_the_rules(case):
    def strict(limit):
        kwargs = {"column": "load_kw", "max_value": limit}
        rule = Rule(type="expect_column_values_to_be_between", kwargs=kwargs)
        return replace(case, bench=replace(case.bench, rules=[rule]))

    between = case.once(findings.paths).between
    estimate = fidelity.interpolated_rules(strict(60.0))
    assert estimate.value == pytest.approx((between["load_kw"] <= 60.0).mean())
    assert estimate.rows == len(between)
    assert fidelity.interpolated_rules(strict(500.0)).value == np.float64(1.0)
