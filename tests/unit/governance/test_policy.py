from pathlib import Path
from typing import Any

import pytest
import yaml

from vaegis.errors import ConfigError
from vaegis.governance.policy import Policy, load_policy, standing_digest
from vaegis.governance.verdict import decide

GATE = {"name": "g", "metric": "a/b", "operator": ">=", "threshold": 2, "why": "w"}
REPOSITORY = Path(__file__).parents[3]


def write(folder: Path, **changes: Any) -> Path:
    path = folder / "policy.yaml"
    path.write_text(yaml.safe_dump({"version": 1, "gates": [GATE], **changes}))
    return path


def test_a_good_policy_is_read(tmp_path: Path) -> None:
    policy = load_policy(write(tmp_path))
    assert [gate.name for gate in policy.gates] == ["g"]
    assert (policy.on_other_rows, len(policy.digest)) == ("accept", 64)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"versions": 1}, "unknown key 'versions'; allowed: version, gates, on_other_rows"),
        ({"gates": [{**GATE, "treshold": 1}]}, "gate 1: unknown key 'treshold'"),
        ({"gates": [{key: GATE[key] for key in ("name", "metric")}]}, "gate 1: `why` is missing"),
        ({"gates": [{**GATE, "threshold": "2"}]}, "threshold is '2'; allowed: int or float"),
        ({"gates": [{**GATE, "threshold": True}]}, "threshold is True; allowed: int or float"),
        ({"gates": [{**GATE, "required": "yes"}]}, "required is 'yes'; allowed: bool"),
        ({"gates": ["g"]}, "gate 1 is 'g'"),
        ({"gates": {}}, "a list of gates"),
        ({"gates": []}, "no required gate"),
        ({"gates": [{**GATE, "required": False}]}, "no required gate"),
        ({"gates": [GATE, GATE]}, "gate 'g' appears twice"),
        ({"version": 2}, "policy version is 2"),
        ({"version": "1"}, "version is '1'; allowed: int"),
        ({"on_other_rows": "maybe"}, "on_other_rows is 'maybe'; allowed: accept, refuse"),
        ({"digest": "x"}, "unknown key 'digest'"),
    ],
)
def test_what_a_policy_does_not_know_it_refuses(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_policy(write(tmp_path, **changes))


@pytest.mark.parametrize(
    ("text", "message"), [("a: [", "is not YAML"), ("", "holds no keys"), ("- 1", "holds no keys")]
)
def test_what_is_no_policy_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        load_policy(path)


def test_a_missing_policy_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"promote\.policy"):
        load_policy(tmp_path / "none.yaml")


@pytest.fixture(scope="module")
def shipped() -> Policy:
    return load_policy(REPOSITORY / "policy.yaml")


def test_every_gate_of_the_shipped_policy_says_why(shipped: Policy) -> None:
    assert all(len(gate.why) > 20 for gate in shipped.gates)


COLLAPSED = {"active_units": 0, "active_share": 0.0, "decoder_use": 0.0, "rate": 0.0}
DETERMINISTIC = {"active_units": 8, "active_share": 1.0, "decoder_use": 3.0, "rate": 0.0}


@pytest.mark.parametrize(
    ("latent", "gates"),
    [
        (COLLAPSED, {"latent dimensions in use", "decoder listens to the latents", "information flows"}),
        (DETERMINISTIC, {"information flows", "posterior matches the prior", "generated rows obey the rules"}),
    ],
    ids=["collapsed", "deterministic autoencoder"],
)
def test_the_shipped_policy_refuses_by_name(shipped: Policy, latent: dict[str, float], gates: set[str]) -> None:
    metrics = {f"evaluate/latent/{name}": value for name, value in latent.items()}
    verdict = decide(shipped, "digest", metrics, None)
    refused = {result.name for result in verdict.refusals}
    assert not verdict.promoted
    assert all(any(name.startswith(gate) for name in refused) for gate in gates)


TEAM = {"level": "team", "approvals": [{"roles": ["risk"]}]}
REGULATED = {**TEAM, "level": "regulated", "on_other_rows": "refuse", "audit": {"anchor": "/var/anchor.json"}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"level": "strict"}, "level is 'strict'; allowed: solo, team, regulated"),
        ({"approvals": [{"roles": ["risk"]}]}, "which nobody can sign at level solo"),
        ({"waivers": {"roles": ["risk"]}}, "which nobody can sign at level solo"),
        ({"level": "team"}, "nobody is asked to approve"),
        ({**TEAM, "approvals": [{"role": "risk"}]}, "approval 1: unknown key 'role'"),
        ({**TEAM, "approvals": [{"roles": "risk"}]}, "`roles` is 'risk'; allowed: a list"),
        ({**TEAM, "waivers": {"roles": ["risk"], "never": ["nll"]}}, "waivers.never names no gate: 'nll'"),
        ({**TEAM, "gates": [GATE, {**GATE, "name": "no pickle"}]}, "gate 'no pickle' appears twice"),
        ({**REGULATED, "on_other_rows": "accept"}, "on_other_rows is 'accept'; allowed: refuse"),
        ({**REGULATED, "audit": {}}, "audit.anchor is missing"),
        ({**REGULATED, "approvals": [{"roles": ["risk"], "author": True}]}, "an author may approve"),
        ({"on_other_signature": "maybe"}, "on_other_signature is 'maybe'"),
        ({"gates": [{"name": "g", "metric": "a", "why": "w", "between": [1, "2"]}]}, "between, entry 2, is '2'"),
        ({"gates": [{"name": "g", "metric": "a", "why": "w", "expression": "a > 2"}]}, "unknown key 'expression'"),
    ],
)
def test_what_does_not_fit_the_level_is_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_policy(write(tmp_path, **changes))


def test_levels_add_their_gates(tmp_path: Path) -> None:
    assert [gate.name for gate in load_policy(write(tmp_path)).all_gates] == ["g"]
    team = [gate.name for gate in load_policy(write(tmp_path, **TEAM)).all_gates]
    assert team == ["g", "no pickle", "requirements locked", "dvc.lock committed"]
    regulated = load_policy(write(tmp_path, **REGULATED))
    assert [gate.name for gate in regulated.all_gates] == [*team, "evidence whole"]
    assert regulated.is_signed


def test_what_decides_beside_the_policy_is_part_of_its_standing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert standing_digest(load_policy(write(tmp_path))) == load_policy(write(tmp_path)).digest
    team = load_policy(write(tmp_path, **TEAM))
    seen = [standing_digest(team)]
    for name in ("trust.yaml", "requirements.yaml", "approvals/d/a.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
        seen.append(standing_digest(team))
    assert len(set(seen)) == 4
