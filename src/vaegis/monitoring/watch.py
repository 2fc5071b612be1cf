"""Judge new rows batch by batch, and remember it: rows in, records out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vaegis.config.monitor import MonitorConfig
from vaegis.durable import read_json, write_json
from vaegis.errors import ArtifactError
from vaegis.fitted.model import FittedModel
from vaegis.monitoring.batch import Batch, batches
from vaegis.monitoring.checks import checks
from vaegis.monitoring.histograms import histograms
from vaegis.monitoring.judge import NO_DATA, Finding, judge
from vaegis.monitoring.reference import Reference
from vaegis.monitoring.state import Judged, State, alone
from vaegis.monitoring.status import Status, decide, sustained
from vaegis.monitoring.stream import BETS, DayValues, Evidence, day_values, explains, weigh

Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """One version, what it is held against, and where it is remembered."""

    model: FittedModel
    reference: Reference
    config: MonitorConfig
    folder: Path

    def __post_init__(self) -> None:
        """Refuse a reference of another model."""
        own, other = self.model.content_digest, self.reference.content_digest
        if own != other:
            what = f"the reference belongs to the model {other[:12]}, not to {own[:12]}"
            raise ArtifactError(what, where="`vaegis repro` makes and registers one for each version")

    def run(self, frame: pd.DataFrame, seen: Callable[[Record], None] = lambda record: None) -> list[Record]:
        """Judge the rows and return a record for each batch; one that was judged before changes nothing."""
        with alone(self.folder):
            records = []
            for batch, _ in batches(self.model, self.reference, frame, self.config.batch_days):
                records.append(self._one(batch))
                seen(records[-1])
            return records

    def untold(self) -> list[Record]:
        """Return the records of batches that a killed run judged and told nobody of."""
        held = State.load(self.folder, self.model.content_digest).untold()
        found = (read_record(self.folder, batch.digest) for batch in held)
        return [{**record, "repeated": True} for record in found if record is not None]

    def silence(self, first: str, last: str) -> Record:
        """Return what is said where no row came at all; nothing is remembered of it."""
        state = State.load(self.folder, self.model.content_digest)
        nothing = np.empty(0, dtype=np.int64), np.empty((0, self.reference.features.width))
        evidence = self._weigh(state, day_values(self.reference, *nothing, self.config))
        counts = {"rows": 0, "invalid": 0, "left_over": 0}
        batch = Batch(digest="", first=first, last=last, **counts, start_L=nothing[0], sums_LF=nothing[1])
        status = Status(word=NO_DATA, sentence=f"no row came from {first[:10] or 'the start'} on")
        return {**self._record(batch, (), status, evidence, 0), "repeated": False}

    def _one(self, batch: Batch) -> Record:
        state = State.load(self.folder, self.model.content_digest)
        known = state.find(batch.digest)
        if known is not None and (record := read_record(self.folder, batch.digest)) is not None:
            return {**record, "repeated": True}
        before = state.before(batch.digest)
        fresh = [place for place, day in enumerate(self._names(batch)) if day not in set(before.seen)]
        values = day_values(self.reference, batch.start_L[fresh], batch.sums_LF[fresh], self.config)
        days = {
            self._names(batch)[place]: {bet: float(values.new[bet][at]) for bet in BETS}
            for at, place in enumerate(fresh)
        }
        findings = judge(self.reference, batch.start_L, batch.sums_LF, self.config) if len(batch.start_L) else ()
        evidence = self._weigh(before.add(_judged(batch, findings, len(fresh)), days), values)
        status = self._status(batch, findings, before, evidence)
        record = self._record(batch, findings, status, evidence, len(fresh))
        write_json(record_file(self.folder, batch.digest), record)
        if known is None:
            # Only this makes the batch count: killed before, a second run judges it again and comes to the same.
            done = _judged(batch, findings, len(fresh), status.word, evidence.total[-1])
            state.add(done, days).save(self.folder)
        return {**record, "repeated": known is not None}

    def _weigh(self, state: State, values: DayValues) -> Evidence:
        return weigh(values.reference, _floats(state), self.model.content_digest)

    def _names(self, batch: Batch) -> list[int]:
        """Name the blocks; groups of rows have no name of their own but their batch's and their place in it."""
        if self.reference.kind == "day":
            return [int(day) for day in batch.start_L]
        return [int(batch.digest[:12], 16) * 10_000 + int(place) for place in batch.start_L]

    def _status(self, batch: Batch, findings: tuple[Finding, ...], before: State, evidence: Evidence) -> Status:
        if not findings:
            what = f"no whole {self.reference.unit} among {batch.invalid + batch.left_over:,} rows"
            usual = f"a usual one has {self.reference.usual_rows:,.0f}"
            return Status(word=NO_DATA, sentence=f"{what}; {usual}; {batch.invalid:,} rows are out of bounds")
        past = (*before.batches, _judged(batch, findings, 0, "", evidence.total[-1]))
        # Evidence that has once passed the level has passed it, whatever the batch's last days took back.
        highest = max(evidence.total[len(before.seen) :])
        grown = {bet for bet, path in evidence.capital.items() if path[-1] > 1.0}
        asked = [check for check in checks(self.reference.features) if explains(check) in grown]
        lasting = sustained(past, asked, self.config)
        share = batch.invalid / max(1, batch.invalid + batch.rows + batch.left_over)
        return decide(findings, highest, lasting, share, self.config, evidence.silent)

    def _record(
        self, batch: Batch, findings: tuple[Finding, ...], status: Status, evidence: Evidence, fresh: int
    ) -> Record:
        return {
            "content_digest": self.model.content_digest,
            "digest": batch.digest,
            "first": batch.first,
            "last": batch.last,
            "rows": batch.rows,
            "invalid": batch.invalid,
            "left_over": batch.left_over,
            "block": self.reference.unit,
            "blocks": len(batch.start_L),
            "new_blocks": fresh,
            "status": status.word,
            "exit_code": status.exit_code,
            "sentence": status.sentence,
            "season": self.reference.spans_a_year and self.config.season_days > 0,
            "evidence": {
                "total": evidence.total[-1],
                "alarm_from": 1.0 / self.config.alarm_level,
                "unit": max(evidence.unit_days.values(), default=0),
                **{topic: path[-1] for topic, path in evidence.capital.items()},
            },
            "no_bet": list(evidence.silent),
            "findings": [finding.to_json() for finding in findings],
            "columns": histograms(self.reference, batch, self.config) if findings else [],
        }


def record_file(folder: Path, digest: str) -> Path:
    """Return where a batch's record lies."""
    return folder / "batches" / f"{digest[:16]}.json"


def read_record(folder: Path, digest: str) -> Record | None:
    """Return a batch's record; None if it is missing or torn: its rows make it again."""
    try:
        record = read_json(record_file(folder, digest))
    except ArtifactError:
        return None
    return dict(record) if isinstance(record, dict) and record.get("digest") == digest else None


def _judged(batch: Batch, findings: tuple[Finding, ...], fresh: int, status: str = "", capital: float = 1.0) -> Judged:
    shifts = {
        item.check: None if item.distance is None or item.usual is None else item.distance - item.usual
        for item in findings
    }
    return Judged(
        digest=batch.digest,
        first=batch.first,
        last=batch.last,
        rows=batch.rows,
        days=len(batch.start_L),
        new_days=fresh,
        status=status,
        capital=capital,
        shifts=shifts,
    )


def _floats(state: State) -> dict[str, list[float]]:
    return {bet: [np.nan if value is None else value for value in state.values.get(bet, ())] for bet in BETS}
