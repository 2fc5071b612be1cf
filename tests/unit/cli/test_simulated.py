import pandas as pd

from vaegis.cli.simulated import record, told
from vaegis.simulation.optimum import Optimum
from vaegis.simulation.scenario import Scenario
from vaegis.simulation.simulate import Simulated

MADE = Simulated(
    scenario=Scenario(rows=2, row="1", hold={"x": 1.0}, free=("y",)),
    content_digest="abc",
    rows=pd.DataFrame({"y": [1.0, 2.0], "synthetic": True}),
    steps=pd.DataFrame({"step": [0], "case": ["as it was"], "x": [None], "acceptance": [1.0]}),
    bands=pd.DataFrame({"step": [0], "column": ["y"], "mean": [1.5], "p2.5": [1.0], "p50": [1.5], "p97.5": [2.0]}),
    observed={"y": float("nan")},
    skipped=("a rule",),
)


def test_the_record_is_plain_and_whole():
    found = record(MADE, "models/x", [Optimum(group={}, at=None, reason="flat")], None)
    assert found["observed"] == {"y": None}
    assert found["rules_not_asked"] == ["a rule"]
    assert found["optima"][0]["reason"] == "flat"
    assert found["bands"][0]["p50"] == 1.5


def test_optima_and_rules_not_asked_are_told():
    best = [Optimum(group={"g": "p"}, at=1.0, low=0.5, high=1.5), Optimum(group={}, at=None, reason="flat")]
    lines = [line for line in told(MADE, "models/x", "y", best) if isinstance(line, str)]
    assert "g p: y is best at 1.00 [0.50, 1.50]" in lines
    assert "no optimum of y: flat" in lines
    assert "rules not asked, as their columns are not generated: 1 (--json names them)" in lines
