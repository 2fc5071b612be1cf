"""Error rates of monitoring in worlds whose changes are known. Figures of more runs: docs/monitoring.md."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring.betting import capital_T, smoothed_rank
from vaegis.monitoring.judge import judge
from vaegis.monitoring.status import WARNING, decide
from vaegis.monitoring.stream import day_values, weigh

CONFIG = MonitorConfig()
_SPEC = importlib.util.spec_from_file_location(
    "monitoring_world", Path(__file__).parents[1] / "fixtures/monitoring_world.py"
)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)
World = _MODULE.World


def warns(world, days, **change):
    return decide(judge(world.reference, *world.batch(days, **change), CONFIG), 0.0, {}, 0.0, CONFIG).word == WARNING


@pytest.mark.slow
@pytest.mark.parametrize("memory", [0.0, 0.6])
def test_unchanged_batches_are_warned_of_no_oftener_than_alpha(memory):
    """500 batches of one and of seven days, each world with 25; three binomial deviations above alpha are allowed."""
    warned = []
    for number in range(500):
        if number % 25 == 0:
            world = World(100 + number, memory=memory, rows=24)
        warned.append(warns(world, 1 if number % 2 else 7, at=400 + 10 * number))
    limit = CONFIG.alpha + 3 * np.sqrt(CONFIG.alpha * (1 - CONFIG.alpha) / 500)
    assert np.mean(warned) <= limit


@pytest.mark.slow
@pytest.mark.parametrize(
    ("small", "large"),
    [
        ({"scale": 1.05}, {"scale": 1.5}),
        ({"mean": 0.05}, {"mean": 0.6}),
        ({"correlation": 0.48}, {"correlation": 0.0}),
        ({"missing": 0.025}, {"missing": 0.12}),
        ({"mixture": 0.001}, {"mixture": 0.08}),
    ],
)
def test_power_grows_with_the_change_and_with_days(small, large):
    world = World(1)
    found = {
        (name, days): np.mean([warns(world, days, **change) for _ in range(15)])
        for name, change in (("small", small), ("large", large))
        for days in (1, 7)
    }
    assert found["large", 7] >= 0.9
    assert found["large", 1] >= found["small", 1]
    assert found["large", 7] > found["small", 7]


def test_capital_of_an_unchanged_world_passes_the_level_no_oftener_than_said():
    """Ville: of 4,000 streams of 200 ranks at most 1 % ever pass 100, and at most 10 % ever pass 10."""
    rng = np.random.default_rng(0)
    ever = np.array([max(capital_T(rng.uniform(size=200))) for _ in range(4000)])
    for level in (10.0, 100.0):
        share = 1.0 / level
        assert (ever >= level).mean() <= share + 3 * np.sqrt(share * (1 - share) / 4000)


def test_ranks_of_exchangeable_days_are_uniform_and_independent():
    rng = np.random.default_rng(1)
    usual, ranks = list(rng.normal(size=100).round(1)), []
    for step, value in enumerate(rng.normal(size=2000).round(1)):
        ranks.append(smoothed_rank(value, usual, str(step)))
        usual.append(value)
    ranks = np.array(ranks)
    assert np.abs(np.sort(ranks) - (np.arange(2000) + 0.5) / 2000).max() < 1.63 / np.sqrt(2000) + 0.05
    assert abs(np.corrcoef(ranks[1:], ranks[:-1])[0, 1]) < 4 / np.sqrt(2000)


@pytest.mark.slow
@pytest.mark.parametrize(("memory", "allowed"), [(0.0, 3), (0.6, 3), (0.9, 3)])
def test_years_without_a_change_hardly_ever_raise_an_alarm(memory, allowed):
    """Of 80 years 1 % may: more than 3 come up once in a hundred tests then, and in seven of ten if 6 % do.

    Where days resemble each other too long (0.9) no bet is made on them.
    """
    alarms = 0
    for run in range(80):  # few rows a day: noise hides a part of the memory
        world = World(900 + run, memory=memory, rows=8)
        values = day_values(world.reference, *world.batch(365), CONFIG)
        alarms += max(weigh(values.reference, values.new, "x").total) >= 1 / CONFIG.alarm_level
    assert alarms <= allowed


@pytest.mark.slow
@pytest.mark.parametrize("change", [{"scale": 1.4}, {"missing": 0.15}])
def test_a_lasting_change_is_an_alarm_within_weeks(change):
    delays = []
    for run in range(5):
        world = World(50 + run)
        values = day_values(world.reference, *world.batch(60, **change), CONFIG)
        total = weigh(values.reference, values.new, "x").total
        delays.append(next((step for step, held in enumerate(total) if held >= 1 / CONFIG.alarm_level), np.inf))
    assert np.median(delays) <= 14
