"""Collect for one candidate what its decision needs beside the numbers, from files and the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from vaegis import paths
from vaegis.governance.dossier import Dossier
from vaegis.governance.entry import Entry
from vaegis.governance.figures import Figures
from vaegis.governance.policy import Policy
from vaegis.governance.record import envelopes_in, followed, left
from vaegis.governance.requirements import load_register
from vaegis.governance.statement import Heard, Question, envelopes, hear
from vaegis.governance.trust import Trust, load_trust

CHAMPION = "champion"


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Which version is judged, and what it would follow."""

    model: str
    content_digest: str
    held: str = ""
    """Content digest of the version that the registry's alias stands for."""
    alias: str = CHAMPION


def question(policy: Policy, candidate: Candidate, entries: Sequence[Entry]) -> Question:
    """Return what a statement must be about to count for the candidate now."""
    return Question(
        content_digest=candidate.content_digest,
        policy_digest=policy.digest,
        alias=candidate.alias,
        expects=followed(entries, candidate.model, candidate.content_digest, candidate.held),
        left=left(entries, candidate.model, candidate.content_digest),
    )


def prepare(
    policy: Policy,
    candidate: Candidate,
    figures: Figures,
    expectations: Mapping[str, bool],
    entries: Sequence[Entry],
    folder: Path = Path(),
) -> Dossier:
    """Return the dossier of a candidate; people are heard from level `team` on.

    Raises:
        ConfigError: trust list or register are missing where the level needs them, or broken.
    """
    now = present(entries)
    trust = load_trust(folder / paths.TRUST) if policy.is_signed else None
    return Dossier(
        rows=figures.rows,
        notes=figures.notes,
        folder=folder,
        expectations=expectations,
        authors=figures.authors,
        trust=trust,
        heard=listen(policy, candidate, entries, trust, now, folder) if trust else Heard(),
        register=load_register(folder / paths.REQUIREMENTS),
        now=now,
    )


def listen(
    policy: Policy, candidate: Candidate, entries: Sequence[Entry], trust: Trust, now: datetime, folder: Path = Path()
) -> Heard:
    """Hear what lies in the repository and what stands in the log: one of the two may have been lost."""
    filed = envelopes(candidate.content_digest, folder / paths.APPROVALS)
    logged = envelopes_in(entries, candidate.content_digest)
    fresh = {name: envelope for name, envelope in logged.items() if envelope not in filed.values()}
    return hear({**filed, **fresh}, trust, question(policy, candidate, entries), now)


def present(entries: Sequence[Entry]) -> datetime:
    """Return the time, not before the last entry's: on a clock set back, what expired stays expired."""
    now = datetime.now(UTC)
    return max(now, entries[-1].moment) if entries else now
