"""What keeps a version from promotion whatever its numbers: revoked, taken back by people, or breaking its callers."""

from dataclasses import replace
from typing import Final

from mlflow import MlflowClient
from mlflow.models import Model, ModelSignature

from vaegis.errors import ArtifactError
from vaegis.governance import Gate, Policy
from vaegis.registry.ledger import Ledger
from vaegis.registry.signature import breaks
from vaegis.registry.stored import location, stored_files

PREFIX: Final = "registry/"
ACCEPT: Final = "accept"


def find_objections(
    client: MlflowClient, ledger: Ledger, policy: Policy, model: str, version: str, digest: str, champion: str | None
) -> dict[str, str]:
    """Map the name of each objection to its reason; empty: there is none."""
    found: dict[str, str] = {}
    if revoked := ledger.revocation(digest):
        found["not revoked"] = f"Revoked by {revoked.actor}: {revoked.body['reason']} (audit log entry {revoked.seq})."
    if taken := ledger.taken_back(model, digest):
        why = f"Rolled back by {taken.actor}: {taken.body['reason']} (audit log entry {taken.seq})"
        found["not rolled back"] = f"{why}; `vaegis rollback {model} --to {version}` makes it champion by name."
    if policy.on_other_signature != ACCEPT and champion not in (None, version):
        broken = breaks_callers(client, model, version, str(champion))
        if broken:
            why = f"Whoever calls champion version {champion} cannot call it: {'; '.join(broken)}"
            found["answers the champion's callers"] = f"{why} (policy: on_other_signature)."
    return found


def held_against(policy: Policy, objections: dict[str, str]) -> tuple[Policy, dict[str, int]]:
    """Return the policy with a failing gate for each objection, and the evidence that fails it."""
    gates = [
        Gate(name=name, metric=f"{PREFIX}{name}", operator="==", threshold=1, why=why)
        for name, why in sorted(objections.items())
    ]
    return replace(policy, gates=(*policy.gates, *gates)), {gate.metric: 0 for gate in gates}


def breaks_callers(client: MlflowClient, model: str, version: str, champion: str) -> list[str]:
    """Compare the signatures of two versions; a champion whose files are gone binds nobody."""
    try:
        theirs = _signature(client, model, champion)
    except ArtifactError:
        return []
    own = _signature(client, model, version)
    return breaks(own, theirs) if own is not None and theirs is not None else []


def _signature(client: MlflowClient, model: str, version: str) -> ModelSignature | None:
    with stored_files(f"{location(client, model, version)}/MLmodel") as file:
        found: ModelSignature | None = Model.load(str(file)).signature
    return found
