import json
import shutil
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
import yaml

from vaegis.errors import ArtifactError
from vaegis.registry.facts import gather
from vaegis.registry.names import CONTENT_DIGEST, HEADLINE, LINEAGE_KEY, ROLE
from vaegis.registry.receipt import Registration, stage_input_key
from vaegis.registry.registration import register
from vaegis.registry.tracking import connect
from vaegis.registry.versions import all_versions


def runs(client) -> list:
    return client.search_runs([client.get_experiment_by_name("machines").experiment_id])


def test_two_runs_and_one_version_however_often_it_is_repeated(project) -> None:
    first = register()
    client = connect()
    histories = [client.get_metric_history(first.run, name) for name in ("train/loss", "evaluate/latent/rate")]
    assert register() == first
    assert [client.get_metric_history(first.run, name) for name in ("train/loss", "evaluate/latent/rate")] == histories
    assert {run.data.tags[ROLE] for run in runs(client)} == {"candidate", "baseline"}
    assert len(runs(client)) == 2
    [version] = all_versions(client, "machines")
    assert version.tags[CONTENT_DIGEST] == first.content_digest
    assert version.run_id == first.run
    experiment = client.get_experiment_by_name("machines").experiment_id
    assert len(client.search_logged_models([experiment])) == 1


def test_the_run_shows_what_people_look_for(project) -> None:
    registration = register()
    client = connect()
    run, baseline = client.get_run(registration.run), client.get_run(registration.baseline_run)
    headline = {name for name in run.data.metrics if name.startswith("evaluate/")}
    assert headline <= set(HEADLINE)
    assert len(HEADLINE) <= 12
    assert "evaluate/detection/injected_auroc" in headline & set(baseline.data.metrics)
    assert run.data.params["train.seed"] == "0"
    assert set(run.data.params) == set(baseline.data.params)
    assert [metric.step for metric in client.get_metric_history(registration.run, "train/kl")] == [10, 20, 30]
    [dataset] = run.inputs.dataset_inputs
    assert dataset.dataset.name == "machines_v1"
    assert {file.path for file in client.list_artifacts(registration.run)} >= {"evidence", "figures"}
    text = run.data.tags["mlflow.note.content"]
    for part in ("Verdict: pending", "baseline autoencoder", "Lineage", registration.content_digest):
        assert part in text
    assert run.info.status == "FINISHED"


def test_lineage_stands_in_the_versions_tags(project) -> None:
    registration = register()
    version = connect().get_model_version("machines", registration.version)
    facts = gather("train")
    expected = {
        CONTENT_DIGEST: registration.content_digest,
        LINEAGE_KEY: facts.lineage_key,
        "vaegis.data_fingerprint": facts.data_fingerprint,
        "vaegis.service": "machines_v1",
        "vaegis.definition": facts.definition,
        "vaegis.validation": "admitted",
        "vaegis.git_commit": facts.git_commit,
        "vaegis.dvc_lock": facts.dvc_lock,
    }
    assert expected.items() <= version.tags.items()
    assert len(facts.definition) == 64


def test_the_run_that_streamed_is_the_run_that_is_registered(project) -> None:
    from vaegis.config.load import load_section
    from vaegis.config.split import SplitConfig
    from vaegis.fitted.stage import stage_key
    from vaegis.registry.facts import model_config
    from vaegis.registry.runs import RunName, find_or_create

    key = stage_key("train", model_config("train"), load_section("split", SplitConfig))
    streamed = find_or_create(connect(), RunName.of("train", key))
    assert register().run == streamed


@pytest.mark.slow
def test_a_lost_database_is_repaired_from_files(project, run_stage) -> None:
    first = register()
    first.save(stage_input_key("register"))
    assert Registration.standing(stage_input_key("register")) == first
    shutil.rmtree("mlruns")
    assert Registration.standing(stage_input_key("register")) is None
    assert run_stage(project.root, "register").returncode == 0
    second = Registration.load()
    assert (second.version, second.content_digest) == ("1", first.content_digest)
    assert second.run != first.run
    with sqlite3.connect("mlruns/mlflow.db") as database:
        query = "SELECT count(*) FROM metrics WHERE key = 'train/loss' AND run_uuid = ?"
        assert database.execute(query, (second.run,)).fetchone() == (3,)


def test_a_receipt_does_not_stand_for_other_inputs_or_a_deleted_run(project) -> None:
    registration = register()
    key = stage_input_key("register")
    registration.save(key)
    assert Registration.standing("other") is None
    connect().delete_run(registration.run)
    assert Registration.standing(key) is None
    assert register().run != registration.run
    assert len(all_versions(connect(), "machines")) == 1


def test_another_model_is_another_run_and_version(project) -> None:
    first = register()
    project.train(seed=1)
    second = register()
    assert (first.version, second.version) == ("1", "2")
    assert first.run != second.run
    project.train(seed=0)
    assert (register().version, register().run) == (first.version, first.run)


def test_other_evaluation_of_the_same_model_is_another_run_of_the_same_version(project, monkeypatch) -> None:
    first = register()
    monkeypatch.setenv("DVC_EXP_NAME", "looser-flags")
    params = yaml.safe_load(Path("params.yaml").read_text())
    Path("params.yaml").write_text(yaml.safe_dump({**params, "evaluate": {"false_alarm_rate": 0.05}}))
    second = register()
    assert second.version == first.version
    assert second.run != first.run
    run = connect().get_run(second.run)
    assert run.info.run_name == "looser-flags"
    assert run.data.params["evaluate.false_alarm_rate"] == "0.05"


def test_missing_files_are_named(project) -> None:
    Path("reports/evaluation/metrics.json").unlink()
    with pytest.raises(ArtifactError, match=r"metrics\.json does not exist"):
        register()


def test_nothing_is_pickled(project) -> None:
    register()
    names = [path.name for path in Path("mlruns/artifacts").rglob("*") if path.is_file()]
    assert "weights.safetensors" in names
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".pt", ".pth", ".bin"))]


def test_non_finite_metrics_are_left_out_of_the_run(project) -> None:
    project.measure(latent={"rate": None}, detection={"injected_ap": float("nan")})
    run = connect().get_run(register().run)
    assert "evaluate/latent/rate" not in run.data.metrics
    assert "evaluate/detection/injected_ap" not in run.data.metrics


def test_the_example_is_stored_in_the_form_the_server_takes(project) -> None:
    register()
    [example] = Path("mlruns/artifacts").rglob("serving_input_example.json")
    records = json.loads(example.read_text())["inputs"]
    assert set(pd.DataFrame(records).columns) == {column.name for column in project.schema.features}


def test_the_entities_it_learned_from_travel_with_it(registered) -> None:
    from vaegis.registry.ancestry import learned_from_entity

    project, registration = registered
    [key] = project.schema.keys
    value = project.rows.reset_index()[key].iloc[0]
    [found] = learned_from_entity({key: str(value)})
    assert (found.version, found.note) == (registration.version, "")
    assert 0 < found.rows <= len(project.rows)
