from itertools import chain, product

import pytest
import torch

from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch, concatenate
from vaegis.training.loader import BLOCK_STEPS, Place, StepLoader, generator
from vaegis.training.plan import make_plan

ROWS = TableBatch(torch.arange(103.0).unsqueeze(1), torch.zeros(103, 0, dtype=torch.long), torch.ones(103, 1))
PLAN = make_plan(103, TrainConfig(batch_rows=20, epochs=4, interval_steps=4))


ALONE = Place()


def loader(seed: int = 0, reached: Place = ALONE) -> StepLoader:
    return StepLoader(ROWS, PLAN, seed=seed, latent_dim=3, reached=lambda: reached)


def test_a_step_is_the_same_whatever_ran_before():
    used = loader()
    for step in (0, 1, 17, 3):
        used.step(step, ALONE)
    for step in (16, 2, 8):
        fresh = loader().step(step, ALONE)
        assert used.step(step, ALONE).batch.values_ND.equal(fresh.batch.values_ND)
        assert used.step(step, ALONE).noise_NK.equal(fresh.noise_NK)


def test_an_epoch_reads_every_row_once_in_an_order_of_its_own():
    orders = []
    for epoch in (0, 1):
        steps = [loader().step(epoch * PLAN.epoch_steps + k, ALONE) for k in range(PLAN.epoch_steps)]
        order = concatenate([step.batch for step in steps]).values_ND.squeeze(1)
        assert order.sort().values.equal(torch.arange(103.0))
        orders.append(order)
    assert not orders[0].equal(orders[1])
    assert not orders[0].equal(torch.arange(103.0))


def test_ranks_together_read_the_global_batch_with_its_noise():
    for step in (0, 5):  # step 5 is the last of an epoch: three rows for two ranks
        whole = loader().step(step, ALONE)
        parts = [loader().step(step, Place(rank=rank, world=2)) for rank in range(2)]
        assert concatenate([part.batch for part in parts]).values_ND.equal(whole.batch.values_ND)
        assert torch.cat([part.noise_NK for part in parts]).equal(whole.noise_NK)
        assert {part.global_rows for part in parts} == {whole.batch.num_rows}
    assert [part.batch.num_rows for part in parts] == [1, 2]


def test_more_ranks_than_rows_leave_some_without():
    parts = [loader().step(5, Place(rank=rank, world=5)) for rank in range(5)]
    assert sum(part.batch.num_rows for part in parts) == 3
    assert min(part.batch.num_rows for part in parts) == 0


def test_an_interval_starts_where_training_stands():
    ((first, *_, last),) = loader(reached=Place(step=8))
    assert (first.number, last.number) == (8, 11)
    assert first.noise_NK.equal(loader().step(8, ALONE).noise_NK)
    assert last.noise_NK.equal(loader().step(11, ALONE).noise_NK)


@pytest.mark.parametrize("interval_steps", [1, BLOCK_STEPS, BLOCK_STEPS + 1, 60])
def test_an_interval_is_cut_into_blocks(interval_steps):
    plan = make_plan(600, TrainConfig(batch_rows=10, interval_steps=interval_steps))
    rows = concatenate([ROWS] * 6).rows(0, 600)
    blocks = StepLoader(rows, plan, seed=0, latent_dim=3, reached=lambda: Place(step=interval_steps))
    steps = [[step.number for step in block] for block in blocks]
    assert len(steps) == len(blocks)
    assert max(map(len, steps)) <= BLOCK_STEPS
    assert list(chain(*steps)) == list(range(interval_steps, 2 * interval_steps))


def test_rows_stay_where_they_are_if_the_device_has_no_room():
    class Large(TableBatch):
        def to(self, device):
            raise torch.OutOfMemoryError

    large = Large(ROWS.values_ND, ROWS.codes_NC, ROWS.observed_NX)
    roomless = StepLoader(large, PLAN, seed=0, latent_dim=3, reached=lambda: ALONE)
    assert roomless.step(3, ALONE).batch.values_ND.equal(loader().step(3, ALONE).batch.values_ND)


def test_seeds_steps_and_streams_draw_differently():
    def first(seed, stream, index):
        return torch.randn(4, generator=generator(seed, stream, index)).tolist()

    named = product(range(3), ("rows", "noise", "validation"), (0, 1))
    draws = [first(seed, stream, index) for seed, stream, index in named]
    assert len({tuple(draw) for draw in draws}) == len(draws)
    assert first(1, "noise", 7) == first(1, "noise", 7)


def test_the_global_random_state_is_left_alone():
    before = torch.random.get_rng_state()
    loader().step(3, ALONE)
    assert torch.random.get_rng_state().equal(before)
