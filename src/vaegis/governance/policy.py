"""policy.yaml as one frozen, typed object; whatever it does not know, it refuses."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from vaegis import paths
from vaegis.bundle import file_digest, tree_manifest
from vaegis.durable import canonical_json
from vaegis.errors import ConfigError
from vaegis.governance import schema
from vaegis.governance.approvals import ApprovalRule, WaiverRule
from vaegis.governance.gates import Gate
from vaegis.governance.judge import REFUSE
from vaegis.governance.levels import LEVELS, REGULATED, SOLO
from vaegis.governance.provenance import naming_commit

ON_OTHER_ROWS: Final = ("accept", REFUSE)
ON_OTHER_SIGNATURE: Final = (REFUSE, "accept")
_VERSION: Final = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditPlace:
    """Where the audit log lies; an embedded database has it beside itself."""

    log: str = ""
    anchor: str = ""
    """Where its head is noted: best where whoever may write the log may not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What a version must show before it may be called champion."""

    version: int
    """Format of the file; 1."""
    gates: tuple[Gate, ...]
    on_other_rows: str = "accept"
    """A champion measured on other rows cannot be compared: `accept` leaves the decision to the other gates,
    `refuse` fails the gate."""
    level: str = SOLO
    """`solo`: gates. `team`: also approvals, signatures, a signed audit log. `regulated`: everything, fail closed."""
    on_other_signature: str = REFUSE
    """A candidate whose inputs or outputs differ from the champion's: `refuse`, or `accept` for a planned change."""
    approvals: tuple[ApprovalRule, ...] = ()
    """Who must approve; from level `team`."""
    waivers: WaiverRule | None = None
    """Who may let a failed gate pass; absent: nobody. From level `team`."""
    audit: AuditPlace = field(default_factory=AuditPlace)
    digest: str = schema.hidden()
    """SHA-256 of the file."""

    def __post_init__(self) -> None:
        """Refuse another format, an empty policy, a gate named twice, and what does not fit the level."""
        if self.version != _VERSION:
            raise ConfigError(f"policy version is {self.version}", allowed=str(_VERSION), where="policy.yaml: version")
        for name, allowed in (
            ("on_other_rows", ON_OTHER_ROWS),
            ("on_other_signature", ON_OTHER_SIGNATURE),
            ("level", tuple(LEVELS)),
        ):
            if getattr(self, name) not in allowed:
                what = f"{name} is {getattr(self, name)!r}"
                raise ConfigError(what, allowed=", ".join(allowed), where="policy.yaml")
        if not any(gate.required for gate in self.gates):
            raise ConfigError("the policy has no required gate, so it would promote anything", where="policy.yaml")
        names = [gate.name for gate in self.all_gates]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ConfigError(f"gate {repeated[0]!r} appears twice", allowed="each name once", where="policy.yaml")
        self._check_level()

    @property
    def all_gates(self) -> tuple[Gate, ...]:
        """Return the gates of the file and those of its level."""
        return (*self.gates, *LEVELS[self.level])

    @property
    def is_signed(self) -> bool:
        """Whether people sign: from level `team` on."""
        return self.level != SOLO

    def _check_level(self) -> None:
        where = f"policy.yaml: level is {self.level}"
        if self.level == SOLO:
            if self.approvals or self.waivers:
                what = "the policy names approvals or waivers, which nobody can sign at level solo"
                raise ConfigError(what, allowed="level: team or regulated", where="policy.yaml: level")
            return
        if not self.approvals:
            raise ConfigError("nobody is asked to approve", allowed="at least one rule under `approvals`", where=where)
        if self.waivers and (unknown := set(self.waivers.never) - {gate.name for gate in self.all_gates}):
            raise ConfigError(f"waivers.never names no gate: {sorted(unknown)[0]!r}", where="policy.yaml: waivers")
        if self.level == REGULATED:
            self._check_regulated(where)

    def _check_regulated(self, where: str) -> None:
        if self.on_other_rows != REFUSE:
            raise ConfigError(f"on_other_rows is {self.on_other_rows!r}", allowed=REFUSE, where=where)
        if not self.audit.anchor:
            raise ConfigError("audit.anchor is missing", allowed="a file outside the log's folder", where=where)
        if any(rule.author for rule in self.approvals):
            raise ConfigError("an author may approve", allowed="author: false", where=where)


def load_policy(path: Path) -> Policy:
    """Read a policy file.

    Raises:
        ConfigError: the file is missing or no YAML, a key is unknown, missing, of the wrong type or out of range.
    """
    return schema.load(Policy, path, "params.yaml: promote.policy")


def standing_digest(policy: Policy) -> str:
    """Hash all that decides beside the model: what was decided under another one must be decided again.

    That is the policy; from level `team` on also trust list, requirements, approvals and the commit that names the
    candidate.
    """
    if not policy.is_signed:
        return policy.digest
    files = {str(file): file_digest(file) for file in (paths.TRUST, paths.REQUIREMENTS) if file.is_file()}
    said = tree_manifest(paths.APPROVALS) if paths.APPROVALS.is_dir() else {}
    commit = naming_commit(paths.CANDIDATE)[0]
    return hashlib.sha256(canonical_json([policy.digest, files, said, commit])).hexdigest()
