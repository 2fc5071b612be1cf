"""What the last registration and promotion left, and whether it still stands: the cheap question of an idle run.

Receipts lie in `.scratch/`, since DVC removes a stage's outputs before it runs it; the same content goes to `reports/`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self, cast

from omegaconf import OmegaConf

from vaegis import paths
from vaegis.config.load import read_params
from vaegis.durable import canonical_json, read_json, write_json
from vaegis.errors import ArtifactError
from vaegis.lineage import lineage_key
from vaegis.registry.address import tracking_uri, without_credentials
from vaegis.registry.ledger import Ledger
from vaegis.registry.names import CONTENT_DIGEST, PROTECTED, VERDICT_KEY
from vaegis.registry.peek import peek

_REGISTERED: Final = paths.SCRATCH / "registered.json"
_PROMOTED: Final = paths.SCRATCH / "promoted.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Registration:
    """Which version and runs hold what the files say."""

    model: str
    version: str
    content_digest: str
    run: str
    baseline_run: str
    tracking_uri: str
    """Without credentials."""

    @classmethod
    def load(cls, path: Path = paths.REGISTRATION) -> Self:
        """Read what stage `register` wrote."""
        return cls._parse(read_json(path), path)

    def save(self, key: str) -> None:
        """Write the report, then the receipt for the inputs named by `key`."""
        write_json(paths.REGISTRATION, asdict(self))
        write_json(_REGISTERED, {"key": key, "registration": asdict(self)})

    @classmethod
    def standing(cls, key: str) -> Self | None:
        """Return the receipt if it is about these inputs and this MLflow, and MLflow still holds what it names."""
        receipt = _receipt(_REGISTERED, key)
        if receipt is None:
            return None
        found = cls._parse(receipt["registration"], _REGISTERED)
        uri = tracking_uri()
        if found.tracking_uri != without_credentials(uri):
            return None
        seen = peek(uri, found.model, (found.run, found.baseline_run))
        held = seen.tags.get(found.version, {}).get(CONTENT_DIGEST)
        whole = held == found.content_digest and len(seen.runs) == 2
        return found if whole and Ledger.read(uri).registration(found.model, found.version) else None

    @classmethod
    def _parse(cls, record: Mapping[str, Any], path: Path) -> Self:
        try:
            return cls(**record)
        except TypeError:
            raise ArtifactError(f"{path} is of another format", where="delete it and run `dvc repro`") from None


def save_outcome(key: str, outcome: Mapping[str, Any]) -> None:
    """Write the verdict report and the receipt for the inputs named by `key`."""
    write_json(paths.VERDICT, outcome)
    write_json(_PROMOTED, {"key": key, "outcome": outcome})


def standing_outcome(key: str, registration: Registration) -> dict[str, Any] | None:
    """Return the last verdict if it is about these inputs and nothing in MLflow has moved since."""
    receipt = _receipt(_PROMOTED, key)
    if receipt is None:
        return None
    outcome: dict[str, Any] = receipt["outcome"]
    uri = tracking_uri()
    seen = peek(uri, registration.model, ())
    judged = seen.tags.get(registration.version, {}).get(VERDICT_KEY)
    same = (outcome["model"], outcome["version"]) == (registration.model, registration.version)
    stands = same and judged == key and seen.aliases == outcome["aliases"]
    return outcome if stands and _is_lawful(uri, registration, seen.aliases) else None


def _is_lawful(uri: str, registration: Registration, held: Mapping[str, str]) -> bool:
    """Whether the log knows of everything that stands, and of nothing that speaks against it."""
    ledger = Ledger.read(uri)
    if ledger.unfinished() or ledger.revocation(registration.content_digest):
        return False
    return all(ledger.lawful(registration.model, alias) == held.get(alias) for alias in PROTECTED)


def stage_input_key(stage: str) -> str:
    """Hash all of params.yaml and every dependency that dvc.yaml declares for `stage`."""
    params = cast(dict[str, Any], OmegaConf.to_container(read_params(paths.PARAMS)))
    return lineage_key(stage, {name: section or {} for name, section in params.items()})


def promotion_key(policy_digest: str, registration: Registration) -> str:
    """Hash what a promotion decides from: the stage's inputs, the policy, the version."""
    record = [stage_input_key("promote"), policy_digest, registration.model, registration.version, registration.run]
    return hashlib.sha256(canonical_json(record)).hexdigest()


def _receipt(path: Path, key: str) -> dict[str, Any] | None:
    try:
        receipt: dict[str, Any] = read_json(path)
    except ArtifactError:
        return None
    return receipt if receipt.get("key") == key else None
