"""All that is known of a candidate beside its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from vaegis.governance.requirements import Register
from vaegis.governance.statement import Heard
from vaegis.governance.trust import Trust


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """What gates, approvals, waivers and requirements are held against. Without anything: a `solo` candidate."""

    rows: Mapping[str, int] = field(default_factory=dict)
    """Metric -> how many rows (events, draws) it rests on."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """Metric -> why it has no number, or what is behind it."""
    folder: Path | None = None
    """The project, where required files are looked for."""
    expectations: Mapping[str, bool] = field(default_factory=dict)
    """Expectation, such as `expect_column_values_to_be_between(power)` -> whether it holds of the clean rows."""
    authors: frozenset[str] = frozenset()
    """Who made the candidate: names and addresses."""
    trust: Trust | None = None
    heard: Heard = field(default_factory=Heard)
    """What people said of this very candidate."""
    register: Register | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
