import json
from pathlib import Path

import pytest

from vaegis.errors import ArtifactError, RefusedError
from vaegis.governance import load_policy
from vaegis.registry import promotion
from vaegis.registry.names import VERDICT
from vaegis.registry.promotion import Outcome, promote
from vaegis.registry.receipt import Registration, promotion_key, save_outcome, standing_outcome
from vaegis.registry.registration import register
from vaegis.registry.snapshot import aliases
from vaegis.registry.tracking import connect

COLLAPSED = {"latent": {"active_units": 0}}


def judge() -> tuple[Registration, Outcome]:
    registration = register()
    registration.save("key")
    policy = load_policy(Path("policy.yaml"))
    key = promotion_key(policy.digest, registration)
    outcome = promote(policy, registration, key)
    save_outcome(key, outcome.to_json())
    return registration, outcome


def test_the_first_version_that_passes_is_champion(project) -> None:
    registration, outcome = judge()
    assert outcome.verdict.promoted
    assert outcome.aliases == {"champion": "1", "challenger": "1"} == aliases(connect(), "machines")
    run = connect().get_run(registration.run)
    assert run.data.tags[VERDICT] == "promoted"
    text = run.data.tags["mlflow.note.content"]
    assert text.startswith("**Verdict: promoted**")
    assert "no champion yet" in text
    assert connect().get_model_version("machines", "1").description == text
    assert json.loads(Path("reports/verdict.json").read_text())["verdict"]["decision"] == "promoted"


def test_promoting_again_changes_nothing(project) -> None:
    registration, first = judge()
    policy = load_policy(Path("policy.yaml"))
    key = promotion_key(policy.digest, registration)
    assert standing_outcome(key, registration) == first.to_json()
    assert promote(policy, registration, key) == first


def test_a_better_version_takes_over_and_the_old_champion_is_kept(project) -> None:
    judge()
    project.train(seed=1, reconstruction={"nll": 4.0})
    _, second = judge()
    assert second.aliases == {"champion": "2", "challenger": "2", "previous": "1"}
    assert second.verdict.compared_with == "champion, version 1, on the same rows"
    assert judge()[1] == second


def test_a_refused_version_leaves_the_champion_and_its_reasons(project) -> None:
    judge()
    project.train(seed=1, **COLLAPSED)
    registration, outcome = judge()
    assert not outcome.verdict.promoted
    assert outcome.aliases == {"champion": "1", "challenger": "2"}
    version = connect().get_model_version("machines", registration.version)
    assert version.tags[VERDICT] == "refused"
    assert version.tags["vaegis.reasons"] == "active"
    assert "active: 0 is not >= 2" in version.description
    assert connect().get_run(registration.run).data.tags[VERDICT] == "refused"


def test_a_version_worse_than_the_champion_is_refused(project) -> None:
    judge()
    project.train(seed=1, reconstruction={"nll": 5.2})
    _, outcome = judge()
    assert [result.name for result in outcome.verdict.refusals] == ["nll"]
    assert outcome.aliases["champion"] == "1"


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_a_metric_that_is_not_finite_refuses(project, value: float | None) -> None:
    project.measure(latent={"active_units": value})
    assert [result.name for result in judge()[1].verdict.refusals] == ["active"]


def test_a_missing_metric_refuses(project) -> None:
    gate = {"name": "new", "metric": "evaluate/new", "operator": ">=", "threshold": 0, "why": "w"}
    project.policy(gate)
    [refusal] = judge()[1].verdict.refusals
    assert refusal.reason == "evaluate/new was not measured"


@pytest.mark.parametrize(("on_other_rows", "promoted"), [("accept", True), ("refuse", False)])
def test_a_champion_measured_on_other_rows_is_not_compared(project, on_other_rows: str, promoted: bool) -> None:
    judge()
    project.policy(on_other_rows=on_other_rows)
    project.rows.head(150).to_parquet("data/validated/clean.parquet")
    project.admit()
    project.train(seed=1, reconstruction={"nll": 9.0})
    outcome = judge()[1]
    assert outcome.verdict.promoted is promoted
    assert "other rows" in outcome.verdict.compared_with


def test_an_altered_bundle_in_the_registry_is_refused(project) -> None:
    registration = register()
    [weights] = Path("mlruns/artifacts").rglob("weights.safetensors")
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(bytes(content))
    outcome = promote(load_policy(Path("policy.yaml")), registration, "key")
    assert [result.name for result in outcome.verdict.refusals] == ["whole"]
    assert outcome.aliases == {}


def test_somebody_elses_move_stops_the_swap(project, monkeypatch: pytest.MonkeyPatch) -> None:
    judge()
    project.train(seed=1)
    registration = register()
    decide = promotion.decide

    def meanwhile(*args):
        connect().set_registered_model_alias("machines", "champion", "2")
        return decide(*args)

    monkeypatch.setattr(promotion, "decide", meanwhile)
    with pytest.raises(RefusedError, match="champion is version 2 by now, not version 1 as when this began"):
        promote(load_policy(Path("policy.yaml")), registration, "key")
    assert "previous" not in aliases(connect(), "machines")


def test_an_alias_moved_by_hand_ends_the_short_cut(project) -> None:
    registration, _ = judge()
    key = promotion_key(load_policy(Path("policy.yaml")).digest, registration)
    connect().delete_registered_model_alias("machines", "champion")
    assert standing_outcome(key, registration) is None


def test_a_registration_of_another_candidate_is_refused(project) -> None:
    registration = register()
    project.train(seed=1)
    with pytest.raises(ArtifactError, match="is not the candidate"):
        promote(load_policy(Path("policy.yaml")), registration, "key")


def test_going_back_to_an_earlier_model_makes_it_champion_again(project) -> None:
    judge()
    project.train(seed=1)
    judge()
    project.train(seed=0)
    _, outcome = judge()
    assert outcome.aliases == {"champion": "1", "challenger": "2", "previous": "2"}
