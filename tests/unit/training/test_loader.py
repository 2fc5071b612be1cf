from itertools import product

import torch

from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch, concatenate
from vaegis.training.loader import StepLoader, generator
from vaegis.training.plan import make_plan

ROWS = TableBatch(torch.arange(103.0).unsqueeze(1), torch.zeros(103, 0, dtype=torch.long), torch.ones(103, 1))
PLAN = make_plan(103, TrainConfig(batch_rows=20, epochs=4, interval_steps=4))


def loader(seed: int = 0, reached: tuple[int, int, int] = (0, 0, 1)) -> StepLoader:
    return StepLoader(ROWS, PLAN, seed=seed, latent_dim=3, reached=lambda: reached)


def test_a_step_is_the_same_whatever_ran_before():
    used = loader()
    for step in (0, 1, 17, 3):
        used.step(step)
    for step in (16, 2, 8):
        fresh = loader().step(step)
        assert used.step(step).batch.values_ND.equal(fresh.batch.values_ND)
        assert used.step(step).noise_NK.equal(fresh.noise_NK)


def test_an_epoch_reads_every_row_once_in_an_order_of_its_own():
    orders = []
    for epoch in (0, 1):
        steps = [loader().step(epoch * PLAN.epoch_steps + k) for k in range(PLAN.epoch_steps)]
        order = concatenate([step.batch for step in steps]).values_ND.squeeze(1)
        assert order.sort().values.equal(torch.arange(103.0))
        orders.append(order)
    assert not orders[0].equal(orders[1])
    assert not orders[0].equal(torch.arange(103.0))


def test_ranks_together_read_the_global_batch_with_its_noise():
    for step in (0, 5):  # step 5 is the last of an epoch: three rows for two ranks
        whole = loader().step(step)
        parts = [loader().step(step, rank, 2) for rank in range(2)]
        assert concatenate([part.batch for part in parts]).values_ND.equal(whole.batch.values_ND)
        assert torch.cat([part.noise_NK for part in parts]).equal(whole.noise_NK)
        assert {part.global_rows for part in parts} == {whole.batch.num_rows}
    assert [part.batch.num_rows for part in parts] == [1, 2]


def test_more_ranks_than_rows_leave_some_without():
    parts = [loader().step(5, rank, 5) for rank in range(5)]
    assert sum(part.batch.num_rows for part in parts) == 3
    assert min(part.batch.num_rows for part in parts) == 0


def test_an_interval_starts_where_training_stands():
    steps = list(loader(reached=(8, 0, 1)))
    assert len(steps) == len(loader()) == PLAN.interval_steps
    assert steps[0].noise_NK.equal(loader().step(8).noise_NK)
    assert steps[-1].noise_NK.equal(loader().step(11).noise_NK)


def test_seeds_steps_and_streams_draw_differently():
    def first(seed, stream, index):
        return torch.randn(4, generator=generator(seed, stream, index)).tolist()

    named = product(range(3), ("rows", "noise", "validation"), (0, 1))
    draws = [first(seed, stream, index) for seed, stream, index in named]
    assert len({tuple(draw) for draw in draws}) == len(draws)
    assert first(1, "noise", 7) == first(1, "noise", 7)


def test_the_global_random_state_is_left_alone():
    before = torch.random.get_rng_state()
    loader().step(3)
    assert torch.random.get_rng_state().equal(before)
