"""Whom a candidate is held against: the champion, or the one it followed if it is champion already."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from vaegis import paths
from vaegis.durable import read_json, write_json
from vaegis.errors import ArtifactError
from vaegis.evaluation.comparison.comparison import Comparison
from vaegis.governance import Reference
from vaegis.registry.names import CHAMPION, CONTENT_DIGEST, PREVIOUS, ROWS_DIGEST
from vaegis.registry.peek import Snapshot

_COMPARED: Final = paths.SCRATCH / "compared.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Opponent:
    """A registered version."""

    version: str
    content_digest: str
    rows_digest: str

    @property
    def label(self) -> str:
        """Return what to call it."""
        return f"champion, version {self.version}"


def find_opponent(held: Snapshot, digest: str) -> Opponent | None:
    """Return whom the candidate of this content digest is held against, None if there is nobody.

    So a promotion that is repeated is held against the same version as the first time.
    """
    for alias in (CHAMPION, PREVIOUS):
        tags = held.tags.get(held.aliases.get(alias, ""), {})
        if tags and tags.get(CONTENT_DIGEST) != digest:
            return Opponent(
                version=held.aliases[alias],
                content_digest=tags.get(CONTENT_DIGEST, ""),
                rows_digest=tags.get(ROWS_DIGEST, ""),
            )
        if alias == CHAMPION and not tags:
            return None
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """What stage `compare` leaves."""

    opponent: Opponent | None
    metrics: dict[str, Any]
    """The opponent's, by path."""
    comparison: dict[str, Any] | None
    """A `Comparison` as JSON; None where nothing was compared, because of `reason`."""
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        held = self.opponent
        about = None if held is None else {name: getattr(held, name) for name in Opponent.__slots__}
        return {"opponent": about, "metrics": self.metrics, "comparison": self.comparison, "reason": self.reason}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        about = record["opponent"]
        return cls(**{**record, "opponent": None if about is None else Opponent(**about)})

    @property
    def found(self) -> Comparison | None:
        """Return the comparison, if there is one."""
        return None if self.comparison is None else Comparison.from_json(self.comparison)

    @classmethod
    def load(cls) -> Self:
        """Read what stage `compare` wrote."""
        return cls.from_json(read_json(paths.COMPARISON))

    def save(self, key: str) -> None:
        """Write the report, then the receipt for the inputs named by `key`."""
        write_json(paths.COMPARISON, self.to_json())
        write_json(_COMPARED, {"key": key, "compared": self.to_json()})

    @classmethod
    def standing(cls, key: str, opponent: Opponent) -> Self | None:
        """Return the receipt if it is about these inputs and this opponent."""
        try:
            receipt = read_json(_COMPARED)
            found = cls.from_json(receipt["compared"])
        except (ArtifactError, KeyError, TypeError):
            return None
        return found if receipt.get("key") == key and found.opponent == opponent else None

    def reference(self, rows_digest: str) -> Reference | None:
        """Return what gates against the champion hold a candidate against that was measured on these rows."""
        if self.opponent is None:
            return None
        differences = {} if self.comparison is None else self.comparison["metrics"]
        return Reference(
            label=self.opponent.label,
            metrics=self.metrics,
            same_rows=self.opponent.rows_digest == rows_digest,
            differences=differences,
        )


NOBODY: Final = Compared(opponent=None, metrics={}, comparison=None, reason="no champion yet")


def paired_differences(digest: str, file: Path = paths.COMPARISON) -> dict[str, Any]:
    """Return metric -> candidate minus the version of this content digest; nothing if another was compared, or none."""
    if not file.is_file():
        return {}
    found = Compared.from_json(read_json(file))
    same = found.opponent is not None and found.opponent.content_digest == digest
    return dict(found.comparison["metrics"]) if same and found.comparison is not None else {}
