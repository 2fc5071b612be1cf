import logging

import pytest
import torch

from vaegis.config.train import TrainConfig
from vaegis.training.watch import (
    COLLAPSE_INTERVALS,
    FREE_NATS,
    collapse_alarm,
    last_alarm,
    latent_metrics,
    looks_collapsed,
    remedied,
    say_alarms,
)

ALIVE = {"val/rate": 3.0, "val/active_units": 4.0, "train/skipped": 0.0, "val/collapse": 0.0}
DEAD = ALIVE | {"val/rate": 0.01, "val/active_units": 0.0}


def curve(*records: dict[str, float]) -> list[dict[str, float]]:
    return [{"step": 10.0 * (number + 1), **record} for number, record in enumerate(records)]


def test_rates_say_nats_and_active_units():
    assert latent_metrics(torch.tensor([0.5, 0.009, 0.25])) == {"val/rate": pytest.approx(0.759), "val/active_units": 2}


@pytest.mark.parametrize(
    ("record", "latent_dim", "collapsed"),
    [
        (ALIVE, 8, False),
        (DEAD, 8, True),
        (ALIVE | {"val/active_units": 1.0}, 8, False),
        (ALIVE | {"val/active_units": 1.0}, 20, True),
        (ALIVE | {"val/decoder_use": 0.05}, 8, True),
        (ALIVE | {"val/decoder_use": 5.0}, 8, False),
        (DEAD | {"val/decoder_use": 5.0}, 8, True),
        (DEAD | {"val/rate": 0.0, "val/decoder_use": 5.0}, 8, False),
    ],
    ids=["alive", "dead", "one of eight", "one of twenty", "ignored", "used", "used by few", "deterministic twin"],
)
def test_collapsed_is_too_few_dimensions_or_a_deaf_decoder(record, latent_dim, collapsed):
    assert looks_collapsed(record, latent_dim) is collapsed


def test_the_alarm_comes_with_the_second_collapsed_interval_after_warm_up():
    records = curve(DEAD, DEAD, DEAD, DEAD, DEAD)
    alarms = [collapse_alarm(records[: end + 1], 8, full_beta=20, planned_steps=100) for end in range(5)]
    assert alarms.index(True) == 2 + COLLAPSE_INTERVALS - 1
    restless = curve(DEAD, ALIVE, DEAD, ALIVE)
    assert not any(collapse_alarm(restless[:end], 8, full_beta=0, planned_steps=100) for end in range(1, 5))


def test_after_an_alarm_a_tenth_of_the_training_is_grace():
    records: list[dict[str, float]] = []
    for record in curve(*[DEAD] * 6):
        alarm = collapse_alarm([*records, record], 8, full_beta=0, planned_steps=200)
        records.append(record | {"val/collapse": float(alarm)})
    assert [record["val/collapse"] for record in records] == [0, 1, 0, 0, 0, 1]
    assert last_alarm(records) == 60
    assert last_alarm(records[:5]) == 20
    assert last_alarm(curve(DEAD)) == 0


@pytest.mark.parametrize(
    ("collapse", "alarms", "expected"),
    [
        ("warn", 2, (50.0, 0.0)),
        ("free_bits", 0, (50.0, 0.0)),
        ("free_bits", 1, (50.0, FREE_NATS)),
        ("free_bits", 2, (50.0, 2 * FREE_NATS)),
        ("lower_beta", 1, (0.1, 0.0)),
        ("lower_beta", 2, (0.01, 0.0)),
        ("lower_beta", 9, (0.001, 0.0)),
    ],
)
def test_remedies(collapse, alarms, expected):
    config = TrainConfig(beta=50.0, collapse=collapse)
    assert remedied(config, curve(*[DEAD | {"val/collapse": 1.0}] * alarms)) == pytest.approx(expected)


def test_more_free_bits_than_the_remedy_are_kept():
    config = TrainConfig(free_bits=1.0, collapse="free_bits")
    assert remedied(config, curve(DEAD | {"val/collapse": 1.0})) == (1.0, 1.0)


def test_each_alarm_is_said_once(caplog):
    bad = DEAD | {"val/collapse": 1.0, "val/sigma_floor": 0.2, "val/posterior_clamp": 0.05, "train/skipped": 3.0}
    first, second = curve(bad, bad)
    with caplog.at_level(logging.WARNING):
        say_alarms(first, [], "warn")
        said = caplog.text
        say_alarms(second, [first], "warn")
    assert caplog.text == said
    assert "3 steps skipped up to step 10" in said
    assert "20 % of the predicted standard deviations sit at their floor" in said
    assert "log-variances" not in said
    assert "posterior collapse at step 10: 0 active latent dimensions, rate 0.01 nats" in said
