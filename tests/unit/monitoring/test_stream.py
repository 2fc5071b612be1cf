import numpy as np
import pytest

from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring.stream import BETS, UNIT_TIMES, day_values, days_to_forget, weigh

CONFIG = MonitorConfig()


def walk(memory, days=3000, seed=0):
    rng, level, found = np.random.default_rng(seed), 0.0, []
    for _ in range(days):
        level = memory * level + np.sqrt(1 - memory**2) * rng.normal()
        found.append(level)
    return np.array(found)


@pytest.mark.parametrize(("memory", "days"), [(0.0, 1), (0.5, 3), (0.95, 7)])
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
    for topic in BETS:
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
    assert found.total == pytest.approx(np.mean([found.capital[topic] for topic in BETS], axis=0))


def test_days_that_resemble_each_other_make_one_bet(world):
    reference = dict.fromkeys(BETS, walk(0.5, 400))
    found = weigh(reference, dict.fromkeys(BETS, [0.0] * 20), "x")
    unit = UNIT_TIMES * days_to_forget(reference["inputs"])
    assert found.unit_days == dict.fromkeys(BETS, unit) != dict.fromkeys(BETS, UNIT_TIMES)
    assert [len(found.capital[topic]) for topic in BETS] == [1 + 20 // unit] * 4
    assert found.total[:unit] == [1.0] * unit


def test_a_day_without_a_value_is_no_bet():
    reference = dict.fromkeys(BETS, np.random.default_rng(0).normal(size=500))
    days = {topic: [0.0, np.nan, 0.0] for topic in BETS}
    assert [len(path) for path in weigh(reference, days, "x").pvalues.values()] == [2, 2, 2, 2]


def test_missing_cells_are_a_bet_of_their_own(world):
    values = day_values(world.reference, *world.batch(20, missing=1.0), CONFIG)
    found = weigh(values.reference, values.new, "x")
    assert max(found.capital["missing"]) > 1e4
    assert max(found.total) > 1 / CONFIG.alarm_level


def test_days_that_resemble_each_other_too_long_are_not_bet_on():
    """What columns, scores or latents show of it counts for all three; missing cells bet on."""
    short = {"inputs": walk(0.5, 400), "missing": np.random.default_rng(5).normal(size=400)}
    found = weigh(dict.fromkeys(BETS, walk(0.95, 400)) | short, dict.fromkeys(BETS, [9.0] * 40), "x")
    assert found.silent == ("inputs", "reconstruction", "latents")
    assert set(found.capital) == {"missing"}
    assert found.total == pytest.approx(found.capital["missing"])
    without = weigh(dict.fromkeys(BETS, walk(0.95, 400)), dict.fromkeys(BETS, [9.0] * 40), "x")
    assert without.total == [1.0] * 41
    assert without.silent == BETS


def test_days_with_as_few_missing_cells_are_alike(world):
    """What does not matter is no number, so that lots decide between them and not how large their seasons are."""
    values = day_values(world.reference, *world.batch(30, missing=0.0), CONFIG)
    assert set(values.new["missing"]) == {0.0}
    assert set(values.reference["missing"]) <= set(np.arange(20.0))
