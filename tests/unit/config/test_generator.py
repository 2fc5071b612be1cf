import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaegis.config.generator import GeneratorConfig
from vaegis.config.train import TrainConfig
from vaegis.errors import ConfigError
from vaegis.training.plan import make_plan

DEVICES = TrainConfig(accelerator="cpu", devices="2", strategy="ddp")


@given(st.integers(1, 1_536_000))
def test_steps_stay_within_their_bounds_for_any_number_of_rows(num_rows):
    config = GeneratorConfig()
    training = config.training(num_rows, DEVICES)
    plan = make_plan(num_rows, training)
    # Whole epochs and whole intervals: the lower bound is met unless one epoch more would pass the upper one.
    assert plan.planned_steps <= config.max_steps + training.interval_steps
    assert plan.planned_steps >= config.min_steps
    assert config.training(config.max_rows, DEVICES).epochs == 1


def test_training_takes_the_devices_of_the_other_network():
    training = GeneratorConfig(seed=4).training(10_000, DEVICES)
    assert (training.seed, training.warmup) == (4, 0.0)
    assert (training.accelerator, training.devices, training.strategy) == ("cpu", "2", "ddp")


def test_many_columns_get_fewer_units_each():
    config = GeneratorConfig()
    assert [config.units(count) for count in (1, 15, 20, 24, 42, 500)] == [32, 32, 32, 24, 16, 16]
    assert GeneratorConfig(width=7).units(3) == 7


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"blocks": 0}, "generator.blocks is 0; allowed: at least 1"),
        ({"learning_rate": 0.0}, "generator.learning_rate is 0.0; allowed: above 0"),
        ({"latent_dropout": 1.0}, "generator.latent_dropout is 1.0; allowed: at least 0.01, at most 0.99"),
        ({"ema_decay": 1.0}, "generator.ema_decay is 1.0"),
        ({"width": -1}, "generator.width is -1"),
        ({"min_steps": 9_000}, "generator.min_steps is 9000; allowed: at least 1, at most 6000"),
    ],
)
def test_values_out_of_range_are_refused(change, message):
    with pytest.raises(ConfigError, match=message):
        GeneratorConfig(**change)
