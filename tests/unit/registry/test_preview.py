"""What the policy will say, before anything is registered."""

from pathlib import Path

from vaegis import paths
from vaegis.config.report import ReportConfig
from vaegis.governance import load_policy
from vaegis.registry.facts import gather
from vaegis.registry.opponent import NOBODY, Compared, Opponent
from vaegis.registry.preview import about_candidate, preview


def test_it_is_the_verdict_that_a_promotion_comes_to(project):
    from vaegis.registry.promotion import promote
    from vaegis.registry.registration import register

    policy, facts = load_policy(Path("policy.yaml")), gather("train")
    told = preview(policy, facts, NOBODY)
    assert told.gates == promote(policy, register(), "key").verdict.gates
    assert told.promoted


def test_an_altered_bundle_fails_its_gate(project):
    weights = paths.CANDIDATE / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    told = preview(load_policy(Path("policy.yaml")), gather("train"), NOBODY)
    assert [gate.name for gate in told.refusals] == ["whole"]


def test_the_champion_s_numbers_count_on_the_same_rows(project):
    facts = gather("train")
    opponent = Opponent(version="7", content_digest="d", rows_digest=facts.rows_digest)
    better = Compared(opponent=opponent, metrics={"evaluate/reconstruction/nll": 4.0}, comparison=None)
    told = preview(load_policy(Path("policy.yaml")), facts, better)
    assert [gate.name for gate in told.refusals] == ["nll"]
    assert told.compared_with == "champion, version 7, on the same rows"


def test_the_cards_are_about_the_registered_name_and_hold_no_commit(project):
    policy = load_policy(Path("policy.yaml"))
    about = about_candidate(gather("train"), ReportConfig(owner="Ann"), policy)
    assert (about.name, about.owner) == ("machines", "Ann")
    assert "commit" not in " ".join(about.origin)
