import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from vaegis import paths
from vaegis.durable import read_json
from vaegis.errors import ArtifactError
from vaegis.governance.audit import COMMIT, REGISTERED, REVOCATION
from vaegis.registry import receipt
from vaegis.registry.address import tracking_uri
from vaegis.registry.journal import audit_log
from vaegis.registry.names import VERDICT_KEY
from vaegis.registry.receipt import Registration, promotion_key, save_outcome, stage_input_key, standing_outcome

NAMED = Registration(model="machines", version="1", content_digest="c", run="r", baseline_run="b", tracking_uri="u")


@pytest.fixture(autouse=True)
def _receipts_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the shared project as it is."""
    monkeypatch.setattr(receipt, "_REGISTERED", tmp_path / "registered.json")
    monkeypatch.setattr(receipt, "_PROMOTED", tmp_path / "promoted.json")
    monkeypatch.setattr(paths, "REGISTRATION", tmp_path / "registration.json")
    monkeypatch.setattr(paths, "VERDICT", tmp_path / "verdict.json")


def test_what_was_saved_stands_for_the_same_inputs_only(registered) -> None:
    _, registration = registered
    assert Registration.standing("key") is None
    registration.save("key")
    assert Registration.standing("key") == registration == Registration.load(paths.REGISTRATION)
    assert Registration.standing("other key") is None


def test_it_does_not_stand_for_what_mlflow_does_not_hold(registered) -> None:
    _, registration = registered
    for change in ({"version": "9"}, {"content_digest": "0"}, {"run": "0" * 32}, {"tracking_uri": "http://elsewhere"}):
        replace(registration, **change).save("key")
        assert Registration.standing("key") is None


def test_another_format_is_named(registered) -> None:
    paths.REGISTRATION.write_text(json.dumps({"model": "machines"}))
    with pytest.raises(ArtifactError, match=r"registration\.json is of another format"):
        Registration.load(paths.REGISTRATION)


def test_a_torn_receipt_does_not_stand(registered, tmp_path: Path) -> None:
    (tmp_path / "registered.json").write_text('{"key": "k')
    assert Registration.standing("k") is None


def test_an_outcome_stands_while_nothing_moved(client, tmp_path: Path) -> None:
    client.create_registered_model("machines")
    client.create_model_version("machines", (tmp_path / "m").as_uri(), tags={VERDICT_KEY: "key"})
    client.set_registered_model_alias("machines", "champion", "1")
    outcome = {"model": "machines", "version": "1", "aliases": {"champion": "1"}, "verdict": {}}
    assert standing_outcome("key", NAMED) is None
    save_outcome("key", outcome)
    assert standing_outcome("key", NAMED) is None, "no promotion record put the alias there"
    log = audit_log(tracking_uri())
    said = {"model": "machines", "version": "1", "content_digest": "c", "artifact_manifest": "m"}
    log.append(REGISTERED, said)
    log.append(COMMIT, {**said, "after": {"champion": "1", "previous": None}, "intent": 0})
    assert standing_outcome("key", NAMED) == outcome == read_json(paths.VERDICT)
    assert standing_outcome("other", NAMED) is None
    assert standing_outcome("key", replace(NAMED, version="2")) is None
    client.set_registered_model_alias("machines", "challenger", "1")
    assert standing_outcome("key", NAMED) is None
    client.delete_registered_model_alias("machines", "challenger")
    assert standing_outcome("key", NAMED) == outcome
    client.set_model_version_tag("machines", "1", VERDICT_KEY, "key of another promotion")
    assert standing_outcome("key", NAMED) is None
    client.set_model_version_tag("machines", "1", VERDICT_KEY, "key")
    log.append(REVOCATION, {"content_digest": "c", "reason": "recalled"})
    assert standing_outcome("key", NAMED) is None


def test_keys_follow_params_declared_files_and_policy(project) -> None:
    Path("reports/registration.json").write_text("{}")
    keys = [stage_input_key("register"), promotion_key("policy", NAMED)]
    assert [stage_input_key("register"), promotion_key("policy", NAMED)] == keys
    keys += [promotion_key("another", NAMED), promotion_key("policy", replace(NAMED, version="2"))]
    params = yaml.safe_load(Path("params.yaml").read_text())
    Path("params.yaml").write_text(yaml.safe_dump({**params, "evaluate": {"false_alarm_rate": 0.5}}))
    keys.append(stage_input_key("register"))
    project.measure(latent={"rate": 1.0})
    keys.append(stage_input_key("register"))
    assert len(set(keys)) == len(keys)
