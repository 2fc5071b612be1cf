from pathlib import Path

import pytest
import yaml

from vaegis.registry.evidence import log_evidence
from vaegis.registry.facts import gather
from vaegis.registry.names import HEADLINE
from vaegis.registry.runs import RunName, find_or_create
from vaegis.registry.tracking import connect


@pytest.fixture
def logged(project):
    client, facts = connect(), gather("train")
    run = find_or_create(client, RunName.of("train", facts.lineage_key))
    log_evidence(client, run, "train", facts)
    return client, run, facts


def artifacts(client, run: str, folder: str = "evidence") -> set[str]:
    return {file.path.removeprefix(f"{folder}/") for file in client.list_artifacts(run, folder)}


def test_logging_again_adds_nothing(logged) -> None:
    client, run, facts = logged
    names = ["evaluate/detection/injected_auroc", "train/loss"]
    before, curves = client.get_run(run), [client.get_metric_history(run, name) for name in names]
    log_evidence(client, run, "train", facts)
    after = client.get_run(run)
    assert after.data.to_dictionary() == before.data.to_dictionary()
    assert len(after.inputs.dataset_inputs) == 1
    assert [client.get_metric_history(run, name) for name in names] == curves


def test_what_the_files_say_is_there(logged) -> None:
    client, run, facts = logged
    data = client.get_run(run).data
    assert float(data.params["split.block_days"]) == 7
    assert data.params["train.hidden"] == "[128, 64]"  # JSON, as one types it
    evaluated = {name for name in data.metrics if name.startswith("evaluate/")}
    assert evaluated == {name for name in HEADLINE if name in facts.metrics}
    assert {"metrics.json", "schema.json", "validation.json", "history.csv"} <= artifacts(client, run)
    assert artifacts(client, run, "figures") == {"worst_rows.png"}
    [seen] = client.get_run(run).inputs.dataset_inputs
    assert seen.dataset.digest == facts.data_fingerprint[:36]


def test_numbers_are_brought_up_to_date_and_params_stay_what_was_run(logged, project) -> None:
    client, run, _ = logged
    project.measure(reconstruction={"nll": 1.25})
    Path("params.yaml").write_text(yaml.safe_dump({"train": {"seed": 5}, "register": {"model": "machines"}}))
    log_evidence(client, run, "train", gather("train"))
    data = client.get_run(run).data
    assert data.metrics["evaluate/reconstruction/nll"] == 1.25
    assert data.params["train.seed"] == "0"


def test_a_baseline_compares_under_the_same_names(logged) -> None:
    client, candidate, _ = logged
    Path("reports/evaluation/tables").mkdir()
    Path("reports/evaluation/tables/latent.csv").write_text("k,rate\n0,1\n")
    facts = gather("baseline")
    run = find_or_create(client, RunName.of("baseline", facts.lineage_key))
    log_evidence(client, run, "baseline", facts)
    params = client.get_run(run).data.params
    assert set(params) == set(client.get_run(candidate).data.params)
    assert params["train.kind"] == "autoencoder"
    assert "tables" not in artifacts(client, run)  # they are the candidate's
