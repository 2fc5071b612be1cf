"""The audit log: append-only, hash-chained lines, with the head anchored in a second file.

log.jsonl        one entry a line
log.head.json    how many entries, the digest of the last, the bytes; while one is written, also its whole line

An entry is announced in the anchor, then written, then counted there. So whatever a kill leaves is known: a whole line
that was announced counts, the beginning of one is cut off, and anything else was written by somebody else.
"""

import errno
import getpass
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, LOCK_SH, flock
from pathlib import Path
from typing import IO, Any, Final

from vaegis.durable import read_json, write_json
from vaegis.errors import ArtifactError, ServiceError
from vaegis.governance.entry import NOTHING, Entry, Signer, Verifier, bad, canonical, parse, read_canonical

REGISTERED: Final = "REGISTERED"
INTENT: Final = "INTENT"
COMMIT: Final = "COMMIT"
ABORT: Final = "ABORT"
APPROVAL: Final = "APPROVAL"
REJECTION: Final = "REJECTION"
REVOCATION: Final = "REVOCATION"
ROLLBACK: Final = "ROLLBACK"
"""A `kind` in the body of INTENT and COMMIT."""
WAIVER: Final = "WAIVER"
EVENTS: Final = (REGISTERED, INTENT, COMMIT, ABORT, APPROVAL, REJECTION, REVOCATION, WAIVER)

SKEW: Final = timedelta(minutes=5)
"""How far the clocks of two writers may be apart; further back, a clock was set back."""
ACTOR: Final = "VAEGIS_ACTOR"
_READ_ONLY: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
"""What says that one may read, and only that: a server's account, or a folder mounted so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """Where the log ends."""

    count: int
    digest: str
    size: int
    """Bytes."""
    pending: str = ""
    """The line that is being written."""


_EMPTY: Final = Head(count=0, digest=NOTHING, size=0)


class AuditLog:
    """One log a registry, shared by processes; each call locks, reads and checks the whole of it."""

    def __init__(
        self,
        path: Path,
        *,
        anchor: Path | None = None,
        verifier: Verifier | None = None,
        signer: Callable[[], Signer] | None = None,
    ) -> None:
        """Name the files; nothing is made before the first entry.

        Args:
            path: the log.
            anchor: where its head is kept; best where whoever may write the log may not. Empty: beside the log.
            verifier: checks the signatures, too.
            signer: opens the key that signs what nobody else signs; asked when the first entry is written.
        """
        self.path = path
        self.anchor = anchor or path.with_name(f"{path.stem}.head.json")
        self.verifier = verifier
        self.signer = signer

    def append(self, event: str, body: Mapping[str, Any], *, signer: Signer | None = None) -> Entry:
        """Add an entry; when this returns, it is on the disk and counted.

        Raises:
            ArtifactError: the log was edited or cut; it is left as it is.
            ServiceError: the clock was set back, or the log cannot be written.
        """
        if event not in EVENTS:
            raise ArtifactError(f"audit event {event!r}", allowed=", ".join(EVENTS))
        if signer is None and self.signer is not None:
            signer = self.signer()
        with self._locked(LOCK_EX):
            head, entries = self._read()
            self._settle(head)
            last = entries[-1] if entries else None
            entry = Entry(
                seq=head.count + 1,
                time=_now(last).isoformat(timespec="microseconds"),
                event=event,
                actor=signer.person if signer else actor(),
                body=read_canonical(canonical(dict(body))),
                previous=head.digest,
            ).sealed(signer)
            entry.check(last, self.verifier)
            self._write(head, entry)
        return entry

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry, verified.

        Raises:
            ArtifactError: names the first entry that was edited, replaced, removed, forged or cut off.
        """
        if not self.path.exists() and not self.anchor.exists():
            return ()
        with self._locked(LOCK_SH):
            return self._read()[1]

    @property
    def head(self) -> Head:
        """Return where the verified log ends: count and digest are what to note elsewhere."""
        with self._locked(LOCK_SH):
            return self._read()[0]

    def _read(self) -> tuple[Head, tuple[Entry, ...]]:
        """Return the head that stands, what a kill left decided, and the verified entries up to it."""
        head = self._anchored()
        content = self.path.read_bytes() if self.path.exists() else b""
        entries: list[Entry] = []
        for line in content[: head.size].splitlines(keepends=True):
            entries.append(parse(line, len(entries) + 1))
            entries[-1].check(entries[-2] if len(entries) > 1 else None, self.verifier)
        if len(entries) < head.count:
            raise bad(len(entries) + 1, f"it is missing: the anchor {self.anchor} counts {head.count} entries")
        if (entries[-1].digest if entries else NOTHING) != head.digest:
            raise bad(head.count, f"the anchor {self.anchor} knows another one")
        tail = content[head.size :]
        if tail and not head.pending.encode().startswith(tail):
            raise bad(head.count + 1, "it was added by somebody else: it was never announced in the anchor")
        if tail and tail == head.pending.encode():
            entry = parse(tail, head.count + 1)
            entry.check(entries[-1] if entries else None, self.verifier)
            entries.append(entry)
            head = Head(count=entry.seq, digest=entry.digest, size=len(content))
        return head, tuple(entries)

    def _anchored(self) -> Head:
        if not self.anchor.exists():
            if self.path.exists() and self.path.stat().st_size:
                where = "restore both from a backup; if the anchor was to lie elsewhere from now on, move it there"
                raise ArtifactError(f"the audit log {self.path} has no anchor {self.anchor}", where=where)
            return _EMPTY
        try:
            return Head(**read_json(self.anchor))
        except TypeError:
            raise ArtifactError(f"{self.anchor} is no anchor of an audit log", where="restore it") from None

    def _settle(self, head: Head) -> None:
        """Cut off the beginning of a line that a kill left: it was announced, never counted."""
        if self.path.exists() and self.path.stat().st_size > head.size:
            os.truncate(self.path, head.size)

    def _write(self, head: Head, entry: Entry) -> None:
        line = entry.line
        self._keep(Head(count=head.count, digest=head.digest, size=head.size, pending=line.decode()))
        with self.path.open("ab") as handle:
            handle.write(line)
            handle.flush()
            os.fsync(handle.fileno())
        self._keep(Head(count=entry.seq, digest=entry.digest, size=head.size + len(line)))

    def _keep(self, head: Head) -> None:
        record = {name: getattr(head, name) for name in Head.__slots__}
        write_json(self.anchor, {name: value for name, value in record.items() if name != "pending" or value})

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = self._open_lock(how)
        except OSError as error:
            what = f"the audit log {self.path} cannot be locked ({error.strerror})"
            raise ServiceError(what, where=f"the permissions of {self.path.parent}, or VAEGIS_AUDIT_LOG") from None
        with handle or nullcontext():
            if handle:
                flock(handle, how)
            yield

    def _open_lock(self, how: int) -> IO[str] | None:
        """Return the file that is locked; None: whoever reads may make none, and no writer has, as beside a copy."""
        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            return lock.open("a")
        except OSError as error:
            if how != LOCK_SH or error.errno not in _READ_ONLY:
                raise
            return lock.open() if lock.exists() else None


def actor() -> str:
    """Return who is at work: VAEGIS_ACTOR, else the name of the account."""
    if given := os.environ.get(ACTOR, "").strip():
        return given
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        return f"uid {os.getuid()}"


def _now(last: Entry | None) -> datetime:
    """Return the time, never before the last entry's; a clock set back would make expired approvals good again."""
    now = datetime.now(UTC)
    if last is None or now >= last.moment:
        return now
    if last.moment - now > SKEW:
        what = f"the clock was set back: it says {now:%Y-%m-%d %H:%M}, the audit log ends"
        raise ServiceError(f"{what} {last.moment:%Y-%m-%d %H:%M} UTC", where="the clock of this machine")
    return last.moment
