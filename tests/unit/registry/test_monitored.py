from pathlib import Path

import pytest

from vaegis.registry.monitored import BATCH, STATUS, log_batches

FINDING = {"check": "heat_c", "effect": 0.25, "pvalue": 0.01}
RECORD = {
    "content_digest": "a" * 64,
    "first": "2015-01-01T00:00:00+00:00",
    "last": "2015-01-07T23:00:00+00:00",
    "rows": 100,
    "invalid": 1,
    "left_over": 2,
    "blocks": 7,
    "status": "warning",
    "sentence": "heat_c differs",
    "evidence": {"total": 2.5, "alarm_from": 100.0, "unit": 1},
    "findings": [FINDING, {"check": "mode", "effect": None, "pvalue": None}],
}


@pytest.fixture
def page(tmp_path):
    file = tmp_path / "index.html"
    file.write_text("<p>page</p>")
    return file


def runs(client):
    experiment = client.get_experiment_by_name("machines-monitoring")
    return client.search_runs([experiment.experiment_id], order_by=["attributes.start_time ASC"])


def test_a_batch_is_a_run_and_again_adds_nothing(client, page):
    records = [{**RECORD, "digest": "b" * 64}, {**RECORD, "digest": "c" * 64}]
    assert log_batches("machines", records, page) == ""
    assert log_batches("machines", records, page) == ""
    found = runs(client)
    assert len(found) == 2
    assert {run.data.tags[BATCH] for run in found} == {f"{'a' * 16}-{letter * 16}" for letter in "bc"}
    metrics = found[0].data.metrics
    assert metrics["monitor/heat_c/effect"] == 0.25
    assert metrics["monitor/evidence/total"] == 2.5
    assert "monitor/mode/effect" not in metrics
    assert found[0].data.tags[STATUS] == "warning"
    assert found[0].info.status == "FINISHED"
    last = next(run for run in found if run.data.tags[BATCH].endswith("c" * 16))
    assert [item.path for item in client.list_artifacts(last.info.run_id)] == ["index.html"]


def test_what_a_killed_one_left_is_finished(client, page):
    log_batches("machines", [{**RECORD, "digest": "b" * 64}], page)
    run = runs(client)[0].info.run_id
    client.update_run(run, "RUNNING")
    log_batches("machines", [{**RECORD, "digest": "b" * 64}], page)
    assert [(item.info.run_id, item.info.status) for item in runs(client)] == [(run, "FINISHED")]


def test_no_tracker_is_named(page, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://user:secret@127.0.0.1:9")
    told = log_batches("machines", [RECORD], page)
    assert told.startswith("not in MLflow: MLflow at http://127.0.0.1:9 does not answer")
    assert "secret" not in told
    assert not Path("mlruns").exists()
