"""The weight of the KL does what it says, on every table."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vaegis
from vaegis.config.model import ModelConfig
from vaegis.config.train import TrainConfig
from vaegis.model.objective import beta_at
from vaegis.training.plan import make_plan


@given(
    num_rows=st.integers(1, 10**8),
    batch_rows=st.integers(1, 10**5),
    epochs=st.integers(1, 1_000),
    interval_steps=st.integers(1, 10_000),
    warmup=st.floats(0.0, 1.0),
    beta=st.floats(0.0, 10.0),
)
def test_warm_up_reaches_its_target_before_training_ends(num_rows, batch_rows, epochs, interval_steps, warmup, beta):
    config = TrainConfig(batch_rows=batch_rows, epochs=epochs, interval_steps=interval_steps, warmup=warmup, beta=beta)
    plan = make_plan(num_rows, config)

    def at(step: int) -> float:
        return beta_at(step, planned_steps=plan.planned_steps, warmup=warmup, beta=beta)

    last = plan.planned_steps - 1
    assert at(last) == beta
    target = min(math.ceil(warmup * plan.planned_steps), last)
    assert at(target) == beta
    if target and beta:
        assert at(0) < beta


@pytest.fixture(scope="module")
def rate_at(machine_schema, make_machines):
    train, held_out = make_machines(1_500), make_machines(500, seed=1)
    config = TrainConfig(latent_dim=3, hidden=[32, 16], epochs=12, batch_rows=128, accelerator="cpu")

    def fit(beta: float):
        return (
            vaegis.fit(train, ModelConfig.plain(replace(config, beta=beta)), schema=machine_schema)
            .elbo(held_out)
            .mean()
        )

    return fit


def test_a_heavier_kl_lowers_the_rate_and_raises_the_distortion(rate_at):
    light, heavy = rate_at(0.25), rate_at(4.0)
    assert heavy["rate"] < 0.5 * light["rate"]
    assert heavy["distortion"] > light["distortion"]
