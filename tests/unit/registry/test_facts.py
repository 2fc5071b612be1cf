from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from vaegis.bundle import file_digest
from vaegis.durable import read_json
from vaegis.errors import ArtifactError
from vaegis.registry.facts import UNKNOWN, gather


def test_facts_are_what_the_files_say(project) -> None:
    facts = gather("train")
    assert facts.content_digest == read_json(Path("models/candidate/bundle.json"))["content_digest"]
    assert facts.data_fingerprint == file_digest(Path("data/validated/clean.parquet"))
    assert (facts.kind, facts.service, facts.validation) == ("vae", "machines_v1", "admitted")
    assert facts.metrics["evaluate/latent/active_units"] == 3
    assert facts.counts["clean"] == 200
    assert (facts.dvc_lock, facts.outputs) == (UNKNOWN, {})
    assert facts.is_complete


def test_each_stage_has_facts_of_its_own(project) -> None:
    train, baseline = gather("train"), gather("baseline")
    assert baseline.kind == "autoencoder"
    assert baseline.content_digest != train.content_digest
    assert baseline.lineage_key != train.lineage_key
    assert baseline.rows_digest == train.rows_digest
    assert "evaluate/latent/active_units" not in baseline.metrics


def test_outputs_are_those_of_the_lock_file(project) -> None:
    stages = {"train": {"outs": [{"path": "models/candidate", "md5": "abc.dir"}]}, "promote": {"outs": [{"path": "v"}]}}
    Path("dvc.lock").write_text(yaml.safe_dump({"schema": "2.0", "stages": stages}))
    facts = gather("train")
    assert facts.outputs == {"models/candidate": "abc.dir", "v": UNKNOWN}
    assert facts.dvc_lock == file_digest(Path("dvc.lock"))


def test_rows_digest_follows_rows_and_the_way_of_evaluating(project) -> None:
    first = gather("train").rows_digest
    params = yaml.safe_load(Path("params.yaml").read_text())
    digests = {first}
    for change in ({"train": {"seed": 0, "epochs": 9}}, {"split": {"block_days": 9}}):  # of no matter to the numbers
        Path("params.yaml").write_text(yaml.safe_dump({**params, **change}))
        assert gather("train").rows_digest == first
    for change in ({"split": {"test_from": "2014-02-01"}}, {"evaluate": {"false_alarm_rate": 0.05}}):
        Path("params.yaml").write_text(yaml.safe_dump({**params, **change}))
        digests.add(gather("train").rows_digest)
    project.rows.head(150).to_parquet("data/validated/clean.parquet")
    project.admit()
    digests.add(gather("train").rows_digest)
    assert len(digests) == 4


def test_evidence_holds_what_gates_may_ask_for(project) -> None:
    facts = gather("train")
    evidence = facts.evidence(bundle_verifies=False)
    assert evidence["validation/admitted"] == evidence["provenance/complete"] == 1
    assert evidence["validation/quarantined_share"] == 0.01
    assert evidence["provenance/bundle_verifies"] == 0
    assert evidence["evaluate/reconstruction/nll"] == 5.0
    unknown = replace(facts, validation="refused", data_fingerprint=UNKNOWN).evidence(bundle_verifies=True)
    assert unknown["validation/admitted"] == unknown["provenance/complete"] == 0


@pytest.mark.parametrize("path", ["models/candidate/bundle.json", "data/admitted.json"])
def test_a_missing_file_is_named(project, path: str) -> None:
    Path(path).unlink()
    with pytest.raises(ArtifactError, match=rf"{path} does not exist"):
        gather("train")
