import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaegis.config.train import TrainConfig
from vaegis.training.plan import make_plan, share


@given(
    num_rows=st.integers(1, 5_000),
    batch_rows=st.integers(1, 600),
    epochs=st.integers(1, 5),
    interval_steps=st.integers(1, 400),
)
def test_every_row_is_read_once_an_epoch(num_rows, batch_rows, epochs, interval_steps):
    config = TrainConfig(batch_rows=batch_rows, epochs=epochs, interval_steps=interval_steps)
    plan = make_plan(num_rows, config)
    assert plan.planned_steps >= epochs * plan.epoch_steps
    assert plan.planned_steps < epochs * plan.epoch_steps + plan.interval_steps
    assert plan.interval_steps <= max(plan.epoch_steps, 50)
    assert plan.interval_steps <= interval_steps
    spans = [plan.span(step) for step in range(plan.epoch_steps)]
    assert {epoch for epoch, _, _ in spans} == {0}
    assert [start for _, start, _ in spans[1:]] == [stop for _, _, stop in spans[:-1]]
    assert (spans[0][1], spans[-1][2]) == (0, num_rows)
    assert plan.span(plan.epoch_steps)[:2] == (1, 0)


@given(start=st.integers(0, 1_000), rows=st.integers(0, 1_000), world=st.integers(1, 9))
def test_shares_are_contiguous_even_and_complete(start, rows, world):
    shares = [share(start, start + rows, rank, world) for rank in range(world)]
    assert shares[0][0] == start
    assert shares[-1][1] == start + rows
    assert all(left[1] == right[0] for left, right in itertools.pairwise(shares))
    sizes = [stop - first for first, stop in shares]
    assert max(sizes) - min(sizes) <= 1


def test_rows_before_counts_the_smaller_last_batch():
    plan = make_plan(10, TrainConfig(batch_rows=4, interval_steps=2, epochs=2))
    assert plan.epoch_steps == 3
    assert [plan.rows_before(step) for step in (2, 4, 6)] == [8, 6, 6]


@pytest.mark.parametrize(("num_rows", "batch_rows"), [(1, 512), (511, 512), (512, 512)])
def test_fewer_rows_than_a_batch_are_one_batch(num_rows, batch_rows):
    plan = make_plan(num_rows, TrainConfig(batch_rows=batch_rows))
    assert (plan.epoch_steps, plan.span(0)) == (1, (0, 0, num_rows))
