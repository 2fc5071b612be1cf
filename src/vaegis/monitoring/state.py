"""What monitoring remembers of one version: which batches and days it has judged. Whole or absent, and checked."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self

from vaegis.durable import canonical_json, finite, read_json, write_json
from vaegis.errors import ArtifactError

FORMAT: Final = 1
FILE: Final = "state.json"
ALARM: Final = "alarm"


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """One batch, as it is remembered."""

    digest: str
    first: str
    last: str
    rows: int
    days: int
    """Blocks that were judged."""
    new_days: int
    """Those of them that no batch before had held: only they add to the evidence over time."""
    status: str
    capital: float
    """Evidence over time after this batch; 1 at the start."""
    shifts: dict[str, float | None]
    """How far beyond usual each check was; negative: nearer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """Batches in the order they came."""

    content_digest: str
    batches: tuple[Judged, ...] = ()
    seen: tuple[int, ...] = ()
    """Days that added to the evidence, in the order they came."""
    values: dict[str, tuple[float | None, ...]] = field(default_factory=dict)
    """How far out each of them was, by bet."""
    answered: str = ""
    """Digest of the batch whose alarm was answered last."""
    told: str = ""
    """Digest of the newest batch that the page and the numbers were told of, and the tracker, if it answered."""

    def find(self, digest: str) -> Judged | None:
        """Return a batch that was judged before."""
        return next((batch for batch in self.batches if batch.digest == digest), None)

    def before(self, digest: str) -> Self:
        """Return the state that a batch came to; the state itself if it is new."""
        place = next((at for at, batch in enumerate(self.batches) if batch.digest == digest), len(self.batches))
        days = sum(batch.new_days for batch in self.batches[:place])
        values = {bet: held[:days] for bet, held in self.values.items()}
        return replace(self, batches=self.batches[:place], seen=self.seen[:days], values=values)

    def untold(self) -> tuple[Judged, ...]:
        """Return the batches that were judged by a run that did not live to tell of them."""
        place = next((at for at, batch in enumerate(self.batches) if batch.digest == self.told), -1)
        return self.batches[place + 1 :]

    def alarms(self, alarm_from: float) -> list[Judged]:
        """Return the batches that raised an alarm: one more only after the evidence has been below `alarm_from`."""
        found, stands = [], False
        for batch in self.batches:
            if batch.status == ALARM and not stands:
                found.append(batch)
            stands = (stands or batch.status == ALARM) and batch.capital >= alarm_from
        return found

    def standing(self, alarm_from: float) -> Judged | None:
        """Return the batch whose alarm nothing has answered yet; what came after it does not withdraw it."""
        last = self.alarms(alarm_from)[-1:]
        return last[0] if last and last[0].digest != self.answered else None

    def add(self, batch: Judged, days: dict[int, dict[str, float]]) -> Self:
        """Remember one more batch and the days that are new in it."""
        bets = [*self.values, *(bet for numbers in days.values() for bet in numbers if bet not in self.values)]
        held = {bet: self.values.get(bet, (None,) * len(self.seen)) for bet in bets}
        grown = {bet: (*numbers, *(finite(day[bet]) for day in days.values())) for bet, numbers in held.items()}
        return replace(self, batches=(*self.batches, batch), seen=(*self.seen, *days), values=grown)

    def save(self, folder: Path) -> None:
        """Write it atomically, with a digest of itself."""
        body = finite({"format": FORMAT, **asdict(self)})
        write_json(folder / FILE, {**body, "sha256": _digest(body)})

    @classmethod
    def load(cls, folder: Path, content_digest: str) -> Self:
        """Read what `save` wrote; a new one where there is none.

        Raises:
            ArtifactError: it was cut short or edited, or belongs to another model.
        """
        path = folder / FILE
        if not path.is_file():
            return cls(content_digest=content_digest)
        where = "put a backup of it back, or delete it: the evidence then starts over"
        try:
            body = dict(read_json(path))
            if body.pop("sha256", "") != _digest(body) or body.pop("format") != FORMAT:
                raise ValueError
        except (ArtifactError, ValueError, TypeError):
            raise ArtifactError(f"{path} was cut short or edited", where=where) from None
        if body["content_digest"] != content_digest:
            what = f"{path} belongs to the model {body['content_digest'][:12]}, not to {content_digest[:12]}"
            raise ArtifactError(what, allowed="a folder for each model", where="--folder")
        values = {topic: tuple(held) for topic, held in body["values"].items()}
        batches = tuple(Judged(**batch) for batch in body["batches"])
        # What an earlier vaegis kept does not say what was told: all of it.
        last = batches[-1].digest if batches else ""
        marks = {"answered": str(body.get("answered", "")), "told": str(body.get("told", last))}
        return cls(content_digest=content_digest, batches=batches, seen=tuple(body["seen"]), values=values, **marks)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: of two monitors at once the second waits."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _digest(body: Any) -> str:
    return hashlib.sha256(canonical_json(body)).hexdigest()
