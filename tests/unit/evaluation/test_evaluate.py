"""The whole stage over a small world: files, names, nulls, bytes."""

import json

import pandas as pd
import pytest

from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.load import load_section
from vaegis.config.split import SplitConfig
from vaegis.errors import ArtifactError
from vaegis.evaluation.evaluate import evaluate_models
from vaegis.evaluation.plots import PLOTS

POLICY_METRICS = {
    "reconstruction": {"nll", "elbo", "mean_r2", "worst_column_r2"},
    "latent": {
        "active_units",
        "active_share",
        "rate",
        "distortion",
        "decoder_use",
        "aggregate_kl",
        "prior_hole_share",
    },
    "detection": {"injected_auroc", "injected_ap", "false_alarm_rate", "autoencoder_auroc", "knn_auroc"},
    "synthetic": {"rule_pass_rate", "curve_error"},
    "calibration": {"residual_std", "pit_ks"},
    "labels": {"stopped_auroc", "outage_auroc"},
}


@pytest.fixture(scope="module")
def evaluated(project):
    """The project after the stage; runs where the project is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        evaluate_models(load_section("evaluate", EvaluateConfig), SplitConfig(test_from="2015-01-01"))
        yield project / "reports/evaluation"


def test_metrics_have_the_names_that_policies_use(evaluated):
    metrics = json.loads((evaluated / "metrics.json").read_text())["evaluate"]
    for topic, names in POLICY_METRICS.items():
        assert names <= set(metrics[topic])
        assert all(isinstance(metrics[topic][name], float) for name in names), topic
    twin = json.loads((evaluated / "baseline_metrics.json").read_text())["evaluate"]
    assert twin["latent"]["aggregate_kl"] is None
    assert twin["reconstruction"]["nll"] is None
    assert set(twin) == set(metrics)


def test_tables_plots_and_figures_are_there(evaluated):
    assert {path.stem for path in (evaluated / "plots").iterdir()} == set(PLOTS)
    worst = pd.read_csv(evaluated / "tables/worst_rows.csv")
    assert {"row_id", "score", "column", "observed", "expected", "unit"} <= set(worst.columns)
    about = json.loads((evaluated / "tables/evaluation_rows.json").read_text())
    assert len(about["rows_digest"]) == 64
    assert about["models"]["candidate"]
    assert (evaluated / "figures/detection.png").exists()
    assert (evaluated / "baseline_figures/detection.png").exists()


@pytest.mark.slow
def test_a_second_run_writes_the_same_bytes(evaluated, project):
    before = {path: path.read_bytes() for path in evaluated.rglob("*") if path.is_file()}
    evaluate_models(load_section("evaluate", EvaluateConfig), SplitConfig(test_from="2015-01-01"))
    assert {path: path.read_bytes() for path in evaluated.rglob("*") if path.is_file()} == before


def test_a_missing_bundle_is_one_clear_line(evaluated, project, tmp_path, monkeypatch, world):
    world.write_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArtifactError, match=r"models/candidate/bundle.json does not exist"):
        evaluate_models(EvaluateConfig(), SplitConfig(test_from="2015-01-01"))
    assert not (tmp_path / "reports").exists()
