from dataclasses import fields

from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring import distances
from vaegis.monitoring.checks import TOPICS, checks, of_column


def test_every_check_reads_groups_that_are_there_and_has_a_floor(world):
    found = list(checks(world.features))
    keys = {field.name for field in fields(MonitorConfig)}
    assert {item.topic for item in found} == set(TOPICS)
    assert all(set(item.groups) <= set(world.features.groups) for item in found)
    assert {item.floor for item in found} <= keys
    assert len({item.name for item in found}) == len(found)


def test_a_category_is_compared_by_levels(world):
    found = {panel.name: of_column(panel).distance for panel in world.features.panels}
    assert found == {
        "a": distances.shift_of_numbers,
        "b": distances.shift_of_numbers,
        "c": distances.shift_of_levels,
    }
