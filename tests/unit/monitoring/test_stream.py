import numpy as np
import pytest

from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring.checks import TOPICS
from vaegis.monitoring.stream import MAX_UNIT, day_values, days_to_forget, weigh

CONFIG = MonitorConfig()


def walk(memory, days=3000, seed=0):
    rng, level, found = np.random.default_rng(seed), 0.0, []
    for _ in range(days):
        level = memory * level + np.sqrt(1 - memory**2) * rng.normal()
        found.append(level)
    return np.array(found)


@pytest.mark.parametrize(("memory", "days"), [(0.0, 1), (0.5, 3), (0.95, MAX_UNIT)])
def test_days_to_forget_is_the_integrated_autocorrelation_time(memory, days):
    """Of a first-order walk (1 + r) / (1 - r): 1, 3, 39."""
    assert days_to_forget(walk(memory)) == days


def test_too_few_or_constant_days_have_no_memory():
    assert days_to_forget(np.ones(100)) == 1
    assert days_to_forget(np.arange(5.0)) == 1


def test_new_days_are_measured_like_the_reference_s(world):
    values = day_values(world.reference, *world.batch(30), CONFIG)
    assert {len(days) for days in values.reference.values()} == {365}
    assert {len(days) for days in values.new.values()} == {30}
    for topic in TOPICS:
        usual = values.reference[topic]
        assert abs(values.new[topic].mean() - usual.mean()) < 4 * usual.std() / np.sqrt(30)


def test_evidence_grows_under_a_change_only(world):
    calm = day_values(world.reference, *world.batch(30), CONFIG)
    drift = day_values(world.reference, *world.batch(30, scale=1.3), CONFIG)
    evidence = [weigh(side.reference, side.new, "x") for side in (calm, drift)]
    assert set(evidence[0].unit_days.values()) == {1}
    assert max(evidence[0].total) < 20.0
    assert max(evidence[1].total) > 1000.0
    assert evidence[1].total[0] == 1.0


def test_total_is_the_average_of_topics(world):
    values = day_values(world.reference, *world.batch(5), CONFIG)
    found = weigh(values.reference, values.new, "x")
    assert found.total == pytest.approx(np.mean([found.capital[topic] for topic in TOPICS], axis=0))


def test_days_that_resemble_each_other_make_one_bet(world):
    reference = dict.fromkeys(TOPICS, walk(0.5, 400))
    found = weigh(reference, dict.fromkeys(TOPICS, [0.0] * 10), "x")
    unit = 2 * days_to_forget(reference["inputs"])
    assert found.unit_days == dict.fromkeys(TOPICS, unit) != dict.fromkeys(TOPICS, 2)
    assert [len(found.capital[topic]) for topic in TOPICS] == [1 + 10 // unit] * 3
    assert found.total[:unit] == [1.0] * unit


def test_a_day_without_a_value_is_no_bet():
    reference = dict.fromkeys(TOPICS, np.random.default_rng(0).normal(size=500))
    days = {topic: [0.0, np.nan, 0.0] for topic in TOPICS}
    assert [len(path) for path in weigh(reference, days, "x").pvalues.values()] == [2, 2, 2]
