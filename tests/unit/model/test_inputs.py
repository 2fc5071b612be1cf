import math

import torch

from vaegis.data.batches import TableBatch
from vaegis.likelihoods import CONDITION, ColumnFacts, Layout
from vaegis.model.inputs import Conditions, Numbers

BATCH = TableBatch(
    torch.tensor([[0.5, 1.5, -2.0], [0.25, 0.0, 0.0]]),
    torch.tensor([[2], [0]]),
    torch.tensor([[1.0, 1.0, 1.0, 1.0], [1.0, 0.0, 1.0, 0.0]]),
)


def test_plain_tables_are_values_and_flags():
    numbers = Numbers(Layout(("gaussian",) * 3, ("categorical",), (3,)))
    assert numbers.width == 7
    assert numbers(BATCH).equal(torch.cat([BATCH.values_ND, BATCH.observed_NX], dim=1))
    assert not numbers.state_dict()


def test_of_an_angle_only_its_direction_is_read_and_of_a_time_both():
    facts = (ColumnFacts(), ColumnFacts(cycles=((1.0, 0.0),), wraps=True), ColumnFacts(cycles=((2.0, 0.5),)))
    numbers = Numbers(Layout(("gaussian", "circular", "gaussian"), ("categorical",), (3,), facts))
    read = numbers(BATCH)
    assert read.shape == (2, numbers.width) == (2, 10)
    assert read[:, :2].equal(BATCH.values_ND[:, [0, 2]])
    expected = [math.sin(1.5), math.sin(-3.5), math.cos(1.5), math.cos(-3.5)]
    torch.testing.assert_close(read[0, 6:], torch.tensor(expected))
    assert read[1, [6, 8]].eq(0).all()  # missing: no direction


def test_a_point_is_told_from_what_is_near_it():
    facts = (ColumnFacts(points=(0.25,)), ColumnFacts(), ColumnFacts(points=(0.0, -2.0)))
    read = Numbers(Layout(("spike", "gaussian", "spike"), ("categorical",), (3,), facts))(BATCH)
    assert read[:, 7:].tolist() == [[0.0, 0.0, 1.0], [1.0, 1.0, 0.0]]


def test_conditions_read_nothing_but_themselves():
    layout = Layout(("gaussian", CONDITION, "gaussian"), (CONDITION,), (3,))
    conditions = Conditions(layout, 4)
    assert conditions.numbers(BATCH).equal(torch.cat([BATCH.values_ND[:, [1]], BATCH.observed_NX[:, [1, 3]]], dim=1))
    changed = TableBatch(BATCH.values_ND.clone(), BATCH.codes_NC, BATCH.observed_NX)
    changed.values_ND[:, [0, 2]] = 9.0
    assert conditions(changed).equal(conditions(BATCH))
    changed.values_ND[:, 1] = 9.0
    assert not conditions(changed).equal(conditions(BATCH))
