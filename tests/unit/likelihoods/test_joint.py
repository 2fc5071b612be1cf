import copy

import pytest
import torch

from vaegis.data.batches import TableBatch
from vaegis.likelihoods import CONDITION, LIKELIHOODS, ColumnFacts, JointHead, Layout

MIXED = Layout(("gaussian", "gaussian"), ("categorical", "categorical"), (2, 3))
NUMERIC_ONLY = Layout(("gaussian", "gaussian"), (), ())
DISCRETE_ONLY = Layout((), ("categorical", "categorical"), (2, 3))


def batch(layout: Layout, num_rows: int = 3) -> TableBatch:
    random = torch.Generator().manual_seed(0)
    values = torch.randn(num_rows, len(layout.numeric), generator=random)
    columns = [torch.randint(1, count + 1, (num_rows, 1), generator=random) for count in layout.num_levels]
    codes = torch.cat([torch.zeros(num_rows, 0, dtype=torch.long), *columns], dim=1)
    return TableBatch(values, codes, torch.ones(num_rows, values.shape[1] + codes.shape[1]))


def joint(layout: Layout, num_rows: int = 3):
    head = JointHead(layout, LIKELIHOODS, 0.02)
    return head.likelihood(torch.randn(num_rows, head.num_params, generator=torch.Generator().manual_seed(1)))


@pytest.mark.parametrize("layout", [MIXED, NUMERIC_ONLY, DISCRETE_ONLY])
def test_one_log_probability_a_cell_in_the_batch_order(layout):
    rows, likelihood = batch(layout), joint(layout)
    log_prob = likelihood.log_prob_NX(rows)
    assert log_prob.shape == rows.observed_NX.shape
    for position in range(log_prob.shape[1]):
        observed = torch.zeros_like(rows.observed_NX)
        observed[:, position] = 1.0
        alone = likelihood.log_prob_NX(TableBatch(rows.values_ND, rows.codes_NC, observed))
        assert alone[:, position].equal(log_prob[:, position])
        assert alone.count_nonzero() == len(alone)


@pytest.mark.parametrize("layout", [MIXED, NUMERIC_ONLY, DISCRETE_ONLY])
def test_moments_expectations_and_samples_have_the_shape_of_a_batch(layout):
    likelihood = joint(layout)
    mean, std = likelihood.moments()
    assert mean.shape == std.shape == (3, len(layout.numeric))
    for made in (likelihood.expected(), likelihood.sample(torch.Generator().manual_seed(0))):
        assert made.values_ND.shape == (3, len(layout.numeric))
        assert made.codes_NC.shape == (3, len(layout.discrete))
        assert made.observed_NX.eq(1).all()
        assert (made.codes_NC >= 1).all()
    assert likelihood.expected().values_ND.equal(mean)


def test_missing_cells_add_nothing_whatever_they_hold():
    rows, likelihood = batch(MIXED), joint(MIXED)
    rows.observed_NX[0] = 0.0
    rows.codes_NC[0] = 0
    rows.values_ND[0] = 1e6
    log_prob = likelihood.log_prob_NX(rows)
    assert log_prob[0].eq(0).all()
    assert log_prob[1:].ne(0).all()


class OtherGaussian(LIKELIHOODS["gaussian"]):
    """Another family that reads values."""


def test_families_may_interleave_columns():
    """Columns 0 and 2 of one family, 1 of another: cells keep the batch's order, not the families'."""
    families = {"other": OtherGaussian, **LIKELIHOODS}
    layout = Layout(("gaussian", "other", "gaussian"), ("categorical",), (3,))
    head = JointHead(layout, families, 0.02)
    params = torch.zeros(2, head.num_params)
    params[:, 0] = 7.0  # the mean of "other", first in the dictionary
    params[:, 2:4] = torch.tensor([1.0, 2.0])
    likelihood = head.likelihood(params)
    assert likelihood.moments()[0].tolist() == [[1.0, 7.0, 2.0]] * 2
    assert likelihood.expected().values_ND.tolist() == [[1.0, 7.0, 2.0]] * 2
    rows = TableBatch(torch.tensor([[1.0, 7.0, 2.0]] * 2), torch.ones(2, 1, dtype=torch.long), torch.ones(2, 4))
    at_mode = likelihood.log_prob_NX(rows)
    for position in range(3):
        values = rows.values_ND.clone()
        values[:, position] += 0.5
        moved = likelihood.log_prob_NX(TableBatch(values, rows.codes_NC, rows.observed_NX))
        assert (moved < at_mode).sum(0).tolist() == [2 * (x == position) for x in range(4)]


EVERY = Layout(
    tuple(name for name, kind in LIKELIHOODS.items() if kind.reads == "values"),
    tuple(name for name, kind in LIKELIHOODS.items() if kind.reads == "codes"),
    (2,) * sum(kind.reads == "codes" for kind in LIKELIHOODS.values()),
    tuple(ColumnFacts(points=(0.5,), center=2.0) for kind in LIKELIHOODS.values() if kind.reads == "values"),
)


def test_every_family_stands_in_one_table():
    rows, likelihood = batch(EVERY), joint(EVERY)
    assert likelihood.log_prob_NX(rows).isfinite().all()
    residual, (mean, std) = likelihood.residual_ND(rows), likelihood.moments()
    assert residual.isfinite().all()
    gaussian = EVERY.numeric.index("gaussian")
    expected = (rows.values_ND - mean)[:, gaussian] / std[:, gaussian]
    torch.testing.assert_close(residual[:, gaussian], expected)
    rows.observed_NX[0] = 0.0
    assert likelihood.residual_ND(rows)[0].eq(0).all()


def test_what_a_family_learns_a_column_is_copied_saved_and_trained():
    head = JointHead(EVERY, LIKELIHOODS, 0.02)
    learned = dict(head.named_parameters())
    assert set(head.state_dict()) == set(learned)
    assert "families.gaussian_fixed.raw_sigma_G" in learned
    assert not JointHead(MIXED, LIKELIHOODS, 0.02).state_dict()
    twin = copy.deepcopy(head)
    head.families["gaussian_fixed"].raw_sigma_G.data += 1.0
    params = torch.zeros(1, head.num_params)
    spreads = [item.likelihood(params).moments()[1][0, EVERY.numeric.index("gaussian_fixed")] for item in (head, twin)]
    assert spreads[0] > spreads[1]


def test_conditions_pass_through_and_are_not_described():
    layout = Layout((CONDITION, "gaussian"), ("categorical", CONDITION), (2, 3))
    head, rows = JointHead(layout, LIKELIHOODS, 0.02), batch(layout)
    assert head.num_params == 4
    likelihood = head.likelihood(torch.zeros(3, 4), rows)
    assert likelihood.log_prob_NX(rows).ne(0).sum(0).tolist() == [0, 3, 3, 0]
    for made in (likelihood.expected(), likelihood.sample(torch.Generator().manual_seed(0))):
        assert made.values_ND[:, 0].equal(rows.values_ND[:, 0])
        assert made.codes_NC[:, 1].equal(rows.codes_NC[:, 1])
    assert likelihood.residual_ND(rows)[:, 0].eq(0).all()
    with pytest.raises(TypeError, match="columns are conditions, and no rows of them are given"):
        head.likelihood(torch.zeros(3, 4))
