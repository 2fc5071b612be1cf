from xml.etree import ElementTree as ET

import pytest

from vaegis.monitoring import pictures

FOUND = {"check": "a<b", "verdict": "changed", "effect": 0.2, "floor": 0.1}


def record(day, total, **found):
    evidence = {"total": total, "inputs": total, "reconstruction": 1.0, "latents": 0.0, "alarm_from": 100.0}
    return {"first": f"2015-01-{day:02d}T00:00:00", "evidence": evidence, "findings": [{**FOUND, **found}]}


HISTORY = [record(1, 1.5), record(2, 300.0, verdict="underpowered"), record(3, 2e6, effect=None, verdict="no data")]


def test_evidence_is_a_line_a_topic_with_the_level_of_an_alarm():
    tree = ET.fromstring(str(pictures.evidence(HISTORY)))  # noqa: S314 - our own
    lines = list(tree.iter("polyline"))
    assert len(lines) == 5
    assert all(len(line.get("points").split()) == 4 for line in lines)
    assert [item.get("class") for item in tree.iter("line")].count("alarm") == 1
    heights = [float(item.get("y")) for item in tree.iter("text") if item.get("class").startswith("end")]
    assert all(abs(one - two) >= 14.9 for place, one in enumerate(heights) for two in heights[:place])


def test_checks_mark_what_changed_and_escape_names():
    svg = str(pictures.checks(HISTORY))
    tree = ET.fromstring(svg)  # noqa: S314
    assert [item.get("class") for item in tree.iter("rect")] == ["cell changed", "cell far", "none"]
    assert "a&lt;b" in svg


def test_only_the_last_batches_are_mapped():
    tree = ET.fromstring(str(pictures.checks([record(1, 1.0)] * 100)))  # noqa: S314
    assert len(list(tree.iter("rect"))) == pictures.SHOWN


def test_without_findings_there_is_no_map():
    assert str(pictures.checks([{**HISTORY[0], "findings": []}])) == ""


@pytest.mark.parametrize("discrete", [True, False])
def test_histogram_has_two_bars_a_bin(discrete):
    bins = ["1", "2", "above", "missing"]
    column = {"column": "a", "discrete": discrete, "bins": bins, "batch": [0.0, 1.0, 0.0, 0.0], "season": [0.25] * 4}
    tree = ET.fromstring(str(pictures.histogram(column)))  # noqa: S314
    heights = {
        side: [float(bar.get("height")) for bar in tree.iter("rect") if bar.get("class") == side]
        for side in ("batch", "season")
    }
    assert heights["batch"][1] == pytest.approx(4 * heights["season"][1], rel=0.01)
    assert heights["batch"][0] == 0.0
