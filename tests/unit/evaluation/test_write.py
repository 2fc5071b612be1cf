"""Evidence as files: what is written is what was measured, and nothing of an earlier run stays."""

import json

import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.metrics import Estimate, Measured, MetricSpec
from vaegis.evaluation.plots import PLOTS
from vaegis.evaluation.write import write_evidence, write_metrics, write_plots, write_tables

SPEC = MetricSpec(
    definition="the rate", unit="nats", direction="neutral", reading="near 0: collapsed", compute=lambda case: None
)
TABLE = pd.DataFrame({"column": ["a", "b"], "value": [1 / 3, np.nan]})


class Measurement:
    """Evidence, as far as files are concerned."""

    def __init__(self, curves=None, tables=("columns",)):
        self.metrics = {"latent": {"rate": 2 / 3, "aggregate_kl": None}, "detection": {"injected_auroc": 1.0}}
        self.tables = dict.fromkeys(tables, TABLE)
        self.curves = curves or {}

    def records(self):
        return {"latent/rate": Measured(SPEC, "the rate", Estimate(2 / 3, 0.5, 1.0, 7)).record()}


def evidence(curves=None):
    return Measurement(curves)


def test_evidence_says_all_that_is_known_of_a_metric(tmp_path):
    write_evidence(tmp_path / "evidence.json", evidence())
    assert json.loads((tmp_path / "evidence.json").read_text()) == {
        "latent/rate": {
            "value": 0.666667,
            "low": 0.5,
            "high": 1.0,
            "rows": 7,
            "reason": "",
            "unit": "nats",
            "direction": "neutral",
            "definition": "the rate",
            "reading": "near 0: collapsed",
            "tier": "fast",
            "no_interval": "",
        }
    }


def test_metrics_have_six_digits_and_null_where_there_is_no_number(tmp_path):
    write_metrics(tmp_path / "metrics.json", evidence())
    assert json.loads((tmp_path / "metrics.json").read_text()) == {
        "evaluate": {"latent": {"rate": 0.666667, "aggregate_kl": None}, "detection": {"injected_auroc": 1.0}}
    }


def test_metrics_are_sorted_so_that_a_difference_is_one(tmp_path):
    write_metrics(tmp_path / "metrics.json", evidence())
    text = (tmp_path / "metrics.json").read_text()
    assert text.index('"detection"') < text.index('"latent"')
    assert text.index('"aggregate_kl"') < text.index('"rate"')


def test_tables_stand_beside_what_they_speak_of(tmp_path, bench):
    write_tables(tmp_path / "tables", bench, evidence(), {"candidate": "c1", "baseline": "b1"})
    names = {path.name for path in (tmp_path / "tables").iterdir()}
    assert names == {f"{name}.csv" for name in ("columns", "injected_faults")} | {
        "evaluation_rows.json",
        "titles.json",
    }
    assert (tmp_path / "tables/columns.csv").read_text() == "column,value\na,0.333333\nb,\n"
    about = json.loads((tmp_path / "tables/evaluation_rows.json").read_text())
    assert about["models"] == {"candidate": "c1", "baseline": "b1"}
    assert about["rows_digest"] == bench.rows.describe()["rows_digest"]
    assert len(pd.read_csv(tmp_path / "tables/injected_faults.csv")) == len(bench.injected.events)


def test_files_of_an_earlier_run_are_gone(tmp_path, bench):
    for name in ("tables", "plots"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "old.csv").write_text("x\n")
    write_tables(tmp_path / "tables", bench, evidence(), {})
    write_plots(tmp_path / "plots", evidence())
    assert list(tmp_path.rglob("old.csv")) == []


def test_curves_are_one_table_by_name(tmp_path):
    curve = pd.DataFrame({"x": [1.0], "rows": [20], "real": [2.0], "spread": [0.1]})
    write_plots(tmp_path / "plots", evidence({"first": curve, "second": curve.assign(generated=3.0)}))
    table = pd.read_csv(tmp_path / "plots/curve.csv")
    assert table["reference"].tolist() == ["first", "second"]
    assert table["generated"].fillna(-1).tolist() == [-1.0, 3.0]


def test_no_curve_is_a_header(tmp_path):
    write_plots(tmp_path / "plots", evidence())
    assert (tmp_path / "plots/curve.csv").read_text() == "x,rows,real,spread,reference\n"
    assert {path.stem for path in (tmp_path / "plots").iterdir()} == set(PLOTS)


def test_a_failure_leaves_the_earlier_files(tmp_path):
    write_plots(tmp_path / "plots", evidence())
    lame = Measurement()
    del lame.curves
    before = (tmp_path / "plots/detection.csv").read_bytes()
    with pytest.raises(AttributeError, match="curves"):
        write_plots(tmp_path / "plots", lame)
    assert (tmp_path / "plots/detection.csv").read_bytes() == before
