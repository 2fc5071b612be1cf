import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaegis.config.baseline import BaselineConfig
from vaegis.config.train import TrainConfig
from vaegis.errors import ConfigError


@given(num_rows=st.integers(1, 10**8), num_columns=st.integers(1, 5_000))
def test_any_table_gets_sizes_that_hold(num_rows, num_columns):
    config = TrainConfig.for_rows(num_rows, num_columns)
    epoch_steps = math.ceil(num_rows / config.batch_rows)
    steps = config.epochs * epoch_steps
    assert steps >= 600
    assert steps <= max(4_000, epoch_steps) + epoch_steps
    assert 25 <= config.interval_steps <= 300
    assert 32 <= config.batch_rows <= 4_096
    assert 2 <= config.latent_dim <= 16
    assert 10 <= 1 / (1 - config.ema_decay) <= max(100, steps / 25)


@pytest.mark.parametrize(
    ("num_rows", "batch_rows", "epochs"), [(140, 32, 120), (3_000, 128, 167), (100_000, 512, 21), (5_000_000, 4_096, 4)]
)
def test_steps_by_rows(num_rows, batch_rows, epochs):
    config = TrainConfig.for_rows(num_rows, 20)
    assert (config.batch_rows, config.epochs) == (batch_rows, epochs)


def test_wide_tables_get_wide_networks():
    assert TrainConfig.for_rows(1_000, 64).hidden == [128, 64]
    assert TrainConfig.for_rows(1_000, 65).hidden == [256, 128]


def test_what_is_given_is_kept_and_the_rest_fits_it():
    config = TrainConfig.for_rows(1_000, 10, batch_rows=100, latent_dim=3, seed=7)
    assert (config.batch_rows, config.latent_dim, config.seed) == (100, 3, 7)
    assert config.epochs == 400
    assert TrainConfig.for_rows(1_000, 10, epochs=2).epochs == 2
    assert BaselineConfig.for_rows(1_000, 10).kind == "autoencoder"


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("precision", "16-mixed", "32-true, bf16-mixed|bf16-mixed, 32-true"),
        ("collapse", "pray", "free_bits, lower_beta, warn"),
        ("free_bits", -0.1, "at least 0"),
    ],
)
def test_values_that_training_does_not_know_are_refused(key, value, allowed):
    with pytest.raises(ConfigError, match=rf"train\.{key} is '?{value}'?; allowed: ({allowed})"):
        TrainConfig(**{key: value})
