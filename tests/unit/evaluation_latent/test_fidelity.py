from dataclasses import replace

import pytest
import torch

from vaegis.contract import Rule
from vaegis.evaluation.detection.baselines import Inputs
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent import fidelity, findings
from vaegis.evaluation.latent.interpolation import near_share
from vaegis.evaluation.latent.neighbourhood import preserve_neighbours
from vaegis.evaluation.rows import thin


def test_neighbours_of_a_working_model_can_be_believed(case):
    for estimate in fidelity.neighbours(case):
        assert estimate.value > 0.8
        assert estimate.low < estimate.value < estimate.high <= 1.0


def test_neighbours_of_all_rows_are_those_of_the_table(case):
    """The estimate is that of all rows, and its interval is far narrower than what chance would be from it."""
    rows = thin(case.test, fidelity.NEIGHBOUR_ROWS)
    mean_NK, _ = case.model.posterior(rows)
    both = preserve_neighbours(Inputs(case.model.transform).matrix(rows), mean_NK)
    found = fidelity.neighbours(case)
    assert tuple(estimate.value for estimate in found) == both
    assert max(estimate.high - estimate.low for estimate in found) < 0.1


def test_halves_too_small_for_neighbours_give_no_interval(case):
    few = case.test.groupby(case.test["at"].dt.floor("D")).head(2).head(30)
    found = fidelity.neighbours(replace(case, bench=replace(case.bench, rows=replace(case.rows, test=few)), found={}))
    assert all(estimate.value is not None and estimate.low is None for estimate in found)


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
    assert estimate.low < estimate.value < estimate.high
    kept = fidelity.interpolated_rules(strict(500.0))
    assert (kept.value, kept.high) == (1.0, 1.0)
    assert kept.low < 1.0, "so few ways leave room for one that breaks a rule"
