import pandas as pd
import pytest

from vaegis.simulation.page.charts import (
    AFTER,
    BEFORE,
    OBSERVED,
    colours,
    curve_chart,
    lying_chart,
    mix_chart,
    way_chart,
)


def marks(chart):
    record = chart.to_dict()
    return [layer["mark"]["type"] for layer in record.get("layer", [record])]


def test_rows_before_lie_behind_rows_after():
    frame = pd.DataFrame({"rows": ["usual rows", "this scenario"], "low": 0.0, "high": 1.0, "share": 1.0})
    chart = lying_chart(frame)
    assert chart.to_dict()["encoding"]["color"]["scale"] == {
        "domain": ["usual rows", "this scenario"],
        "range": [BEFORE, AFTER],
    }
    assert marks(chart) == ["rect"]
    assert marks(lying_chart(frame, 7.0)) == ["rect", "rule"]
    there = lying_chart(frame, 7.0).to_dict()
    assert there["layer"][1]["mark"]["color"] == OBSERVED
    assert [{"at": 1.0}] in there["datasets"].values()  # beyond what is shown: at its end


def test_levels_stand_side_by_side():
    frame = pd.DataFrame({"rows": ["as it was", "as changed"], "level": "a", "share": 1.0})
    assert lying_chart(frame).to_dict()["encoding"]["xOffset"]["field"] == "rows"


@pytest.mark.parametrize(
    ("at", "group", "drawn"),
    [
        ([1.0, 2.0], ["", ""], ["area", "line"]),
        ([1.0, 2.0], ["a", "b"], ["area", "line"]),
        (["a", "b"], ["", ""], ["rule", "point"]),
        ([True, False], ["", ""], ["rule", "point"]),
    ],
)
def test_a_band_along_numbers_and_along_levels(at, group, drawn):
    curve = pd.DataFrame({"at": at, "group": group, "p2.5": 0.0, "p50": 1.0, "p97.5": 2.0})
    assert marks(curve_chart(curve)) == drawn
    assert marks(curve_chart(curve, 1.5)) == [*drawn, "rule"]


def test_shares_and_ways():
    mix = pd.DataFrame({"at": [1.0, 1.0], "level": ["a", "b"], "share": [0.3, 0.7]})
    assert marks(mix_chart(mix)) == ["bar"]
    way = pd.DataFrame({"z": [0.0, 1.0], "walk": "z_0", "value": [1.0, 2.0]})
    assert marks(way_chart(way)) == ["line"]
    assert marks(way_chart(way.assign(value=["a", "b"]))) == ["point"]


def test_each_name_has_its_colour():
    assert list(colours(["b", "a"])) == ["a", "b"]
    assert len(set(colours(map(str, range(8))).values())) == 8
    assert len(colours(map(str, range(20)))) == 20
