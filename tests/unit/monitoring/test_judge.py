from dataclasses import replace

import numpy as np
import pytest

from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring.judge import CHANGED, NO_DATA, SMALL, UNDERPOWERED, USUAL, judge

CONFIG = MonitorConfig()


def found(world, config=CONFIG, days=7, **change):
    return {item.check: item for item in judge(world.reference, *world.batch(days, **change), config)}


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"scale": 1.6}, "score/rank"),
        ({"mean": 0.8}, "a"),
        ({"correlation": -0.2}, "latents/classifier"),
        ({"missing": 0.3}, "missing"),
        ({"mixture": 0.1}, "score/tail"),
    ],
)
def test_each_kind_of_change_is_named_by_the_check_made_for_it(world, change, check):
    item = found(world, **change)[check]
    assert item.verdict == CHANGED
    assert item.effect >= item.floor
    assert item.pvalue <= 1 / (1 + item.windows)


def test_a_change_leaves_other_checks_alone(world):
    verdicts = {name: item.verdict for name, item in found(world, missing=0.3).items()}
    assert [name for name, verdict in verdicts.items() if verdict == CHANGED] == ["missing"]


def test_what_is_sure_but_small_does_not_matter(world):
    strict = found(world, missing=0.3)["missing"]
    lax = found(world, MonitorConfig(min_missing=0.6), missing=0.3)["missing"]
    assert (strict.verdict, lax.verdict) == (CHANGED, SMALL)


def test_a_short_reference_says_that_it_is_too_short(make_world):
    short = make_world(days=40)
    item = found(short, missing=0.5)["missing"]
    assert item.verdict == UNDERPOWERED
    assert "all 34 windows" in item.reason
    assert item.is_far
    near = found(make_world(days=40), missing=0.06)["missing"]
    assert not near.is_far


def test_nothing_to_look_at_is_said(world, make_world):
    start, sums = world.batch()
    sums[:, world.features.groups["column:a"]] = 0.0
    item = {item.check: item for item in judge(world.reference, start, sums, CONFIG)}["a"]
    assert (item.verdict, item.pvalue) == (NO_DATA, None)
    assert "no such value" in item.reason
    short = make_world(days=31)
    assert {item.verdict for item in judge(short.reference, *world.batch(40), CONFIG)} == {NO_DATA}


def test_a_dead_column_is_changed_and_not_without_data(world):
    items = found(world, missing=1.0)
    assert [(items[name].verdict, items[name].distance) for name in ("a", "missing")] == [
        (CHANGED, 1.0),
        (CHANGED, pytest.approx(0.98, abs=0.01)),
    ]


def test_what_the_model_says_is_held_against_held_out_days_only(world):
    held = np.arange(365) % 5 == 0
    reference = replace(world.reference, held_B=held)
    windows = {item.topic: item.windows for item in judge(reference, *world.batch(3), CONFIG)}
    assert windows == {"inputs": 363, "reconstruction": 71, "latents": 71}


def test_unchanged_rows_are_usual(world):
    assert {item.verdict for item in found(world).values()} == {USUAL}
