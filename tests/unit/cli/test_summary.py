import json

import pytest

from vaegis.cli.summary import best_baseline, summarise, tell, top_anomaly
from vaegis.errors import ArtifactError
from vaegis.governance.gates import GateResult
from vaegis.governance.verdict import Verdict

COUNTS = {"source_rows": 420480, "pulled": 420432, "quarantined": 2650, "quarantined_share": 0.0063}
DETECTION = {
    "injected_auroc": 0.912,
    "injected_ap": 0.5,
    "pca_auroc": 0.85,
    "autoencoder_auroc": 0.9,
    "knn_auroc": None,
    "best_baseline_auroc": 0.9,
}
WORST = """column,contribution,observed,expected,low,high,row_id,score,unit
outdoor_temp_c,12,-3.5,8.25,6,10,R1|2015-02-01T00:00:00Z,99,degC
power_kw,2,0,100,90,110,R1|2015-02-01T00:00:00Z,99,kW
"""


def gate(name, status):
    why, condition = "it matters", "at least 2"
    shown = {"value": 1.0, "bound": 2.0, "condition": condition, "reason": f"{name} is 1, not {condition}"}
    return GateResult(name=name, metric="evaluate/x/y", status=status, required=True, why=why, **shown)


@pytest.fixture
def reports(tmp_path):
    def write(refused=0, passed=3, aliases=None, publication=None):
        gates = [gate(f"gate {n}", "failed") for n in range(refused)] + [
            gate(f"ok {n}", "passed") for n in range(passed)
        ]
        verdict = Verdict(
            decision="refused" if refused else "promoted",
            content_digest="d",
            policy_digest="p",
            compared_with="no champion yet",
            gates=tuple(gates),
        )
        outcome = {"model": "machines", "version": "4", "aliases": aliases or {}, "verdict": verdict.to_json()}
        for name, value in {
            "reports/validation/report.json": {"counts": COUNTS},
            "reports/evaluation/metrics.json": {"evaluate": {"detection": DETECTION}},
            "reports/verdict.json": outcome,
            "reports/publication.json": publication or {"published": False, "reason": "no champion yet"},
        }.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(json.dumps(value))
        (tmp_path / "reports/evaluation/tables").mkdir(exist_ok=True)
        (tmp_path / "reports/evaluation/tables/worst_rows.csv").write_text(WORST)
        return tmp_path

    return write


def test_what_a_reader_wants_to_know(reports):
    given = {"published": True, "rows": 417_782, "version": "machines/4", "service": "machine_latents_v1"}
    root = reports(aliases={"champion": "4"}, publication=given)
    lines = tell(summarise(root))
    assert [line.strip() for line in lines] == [
        "",
        "rows      420,480 read, 420,432 pulled, 2,650 quarantined (0.63%)",
        "anomaly   R1|2015-02-01T00:00:00Z: outdoor_temp_c -3.5 degC, expected 8.25 degC",
        "faults    AUROC on injected faults: VAE 0.912, best baseline autoencoder 0.900",
        "verdict   machines version 4 promoted: 3 of 3 gates passed; champion is version 4",
        "features  417,782 rows by machines/4 in feature service machine_latents_v1",
        f"report    {root}/reports/report.html",
        "next      make ui",
    ]


def test_a_project_without_stage_publish_has_no_such_line(reports):
    root = reports()
    (root / "reports/publication.json").unlink()
    assert not [line for line in tell(summarise(root)) if "features" in line]


@pytest.mark.parametrize("refused", [1, 3, 4, 40])
def test_refusal_says_why_in_at_most_12_lines(reports, refused):
    lines = tell(summarise(reports(refused=refused)))
    assert len(lines) <= 12
    assert f"refused by {refused} of {refused + 3} gates; no champion" in lines[4]
    assert lines[5] == "          gate 0: gate 0 is 1, not at least 2"
    assert lines[-3] == "features  none in the feature store: no champion yet"
    assert any("more: vaegis show machines" in line for line in lines) == (refused > 3)


def test_summary_is_json(reports):
    summary = json.loads(json.dumps(summarise(reports())))
    assert summary["detection"] == {"vae": 0.912, "best_baseline": {"name": "autoencoder", "auroc": 0.9}}
    assert summary["rows"] == COUNTS
    assert summary["outcome"]["version"] == "4"


def test_no_baseline_and_no_rows_are_said(tmp_path, reports):
    assert best_baseline({"injected_auroc": 0.9, "event_recall": 1.0}) == {}
    (tmp_path / "empty.csv").write_text("column,observed\n")
    assert top_anomaly(tmp_path / "empty.csv") == {}
    summary = summarise(reports()) | {"top_anomaly": {}, "detection": {"vae": None, "best_baseline": {}}}
    text = "\n".join(tell(summary))
    assert "no row scored" in text
    assert "VAE n/a\n" in text


def test_missing_report_is_named(tmp_path):
    with pytest.raises(ArtifactError, match=r"metrics\.json does not exist; change: run `dvc repro`"):
        summarise(tmp_path)


def test_numbers_of_the_anomaly_are_rounded_and_levels_are_not(reports):
    row = {"row_id": "R1", "column": "sine", "observed": "-0.3411999766886714", "expected": "-0.7817163418026226"}
    told = tell(summarise(reports()) | {"top_anomaly": row | {"unit": ""}})
    assert "anomaly   R1: sine -0.3412, expected -0.781716" in told
    told = tell(summarise(reports()) | {"top_anomaly": row | {"unit": "", "observed": "007", "expected": "1.10"}})
    assert "anomaly   R1: sine 007, expected 1.10" in told
