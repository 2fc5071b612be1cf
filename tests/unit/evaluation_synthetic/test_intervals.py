"""Halves are of days of real rows and of single generated rows; what they are used for is tested beside the figures."""

from dataclasses import replace

import numpy as np
import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.halves import HALVES
from vaegis.evaluation.synthetic import findings, intervals
from vaegis.evaluation.synthetic.curves import curve_error


@pytest.fixture(scope="module")
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals={})


def test_halves_lie_around_what_all_rows_come_to(case):
    shapes = [(intervals.shape_halves, findings.shapes), (intervals.real_shape_halves, findings.real_shapes)]
    for halves, whole in shapes:
        figure_H = halves(case)
        assert figure_H.shape == (HALVES,)
        value = case.once(whole)["shape"].mean()
        assert figure_H.mean() < value, "a smaller sample is farther from any law"
        assert figure_H.mean() == pytest.approx(value, abs=0.1)
    curve_H, (table,) = intervals.curve_halves(case), case.once(findings.curves).values()
    assert curve_H.mean() == pytest.approx(curve_error(table, "real", "generated"), rel=0.5)


def test_pairs_come_in_the_order_of_their_table(case):
    pairs = [
        (intervals.pair_halves, findings.pairs),
        (intervals.anchored_pair_halves, findings.anchored_pairs),
    ]
    for halves, whole in pairs:
        found_HP, score_P = halves(case), case.once(whole)["score"].to_numpy()
        known_P = np.isfinite(score_P)
        assert found_HP.shape == (HALVES, len(score_P))
        assert np.corrcoef(found_HP[:, known_P].mean(axis=0), score_P[known_P])[0, 1] > 0.95


def test_real_and_generated_rows_are_halved_independently(case):
    """Dealt into the same number of blocks, they would be halved alike if they had one seed."""
    events = replace(case.rows, schema=replace(case.rows.schema, cadence_seconds=0.0))
    judged = replace(case, bench=replace(case.bench, rows=events), found={})
    here, there = intervals._beside(judged)
    assert here.counts_RB.shape == there.counts_RB.shape == (HALVES, 200)
    assert abs((here.counts_RB == there.counts_RB).mean() - 0.5) < 0.05


def test_without_replicates_there_are_no_halves(case):
    quick = replace(case, replicates=0, found={})
    assert len(intervals.shape_halves(quick)) == len(intervals.pair_halves(quick)) == 0
    assert len(intervals.curve_halves(quick)) == 0
