"""What the audit log says of a registry's models: registered, promoted, taken back, revoked. Imports no mlflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from vaegis.errors import ArtifactError
from vaegis.governance.audit import ABORT, COMMIT, INTENT, REGISTERED, REVOCATION
from vaegis.governance.entry import Entry
from vaegis.registry.journal import audit_log

PROMOTION: Final = "promotion"
ROLLBACK: Final = "rollback"
RESTORATION: Final = "restoration"
"""An alias put back to where the log has it."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The verified entries of the log, read once."""

    entries: tuple[Entry, ...]

    @classmethod
    def read(cls, uri: str) -> Self:
        """Read and verify the log.

        Raises:
            ArtifactError: an entry was edited, removed or cut off.
        """
        return cls(audit_log(uri).entries())

    def registration(self, model: str, version: str) -> Entry | None:
        """Return the last registration of a version; a rebuilt database numbers its versions anew."""
        return self._last(REGISTERED, model=model, version=version)

    def registrations(self) -> tuple[Entry, ...]:
        """Return all registrations, oldest first."""
        return tuple(entry for entry in self.entries if entry.event == REGISTERED)

    def standing(self, model: str) -> Entry | None:
        """Return the promotion record in force, if what it promoted is still what the version was registered with."""
        record = self._last(COMMIT, model=model)
        return record if record is not None and self._holds(record) else None

    def lawful(self, model: str, alias: str) -> str | None:
        """Return the version that a protected alias belongs to."""
        record = self.standing(model)
        return record.body["after"].get(alias) if record is not None else None

    def has_promoted(self, model: str) -> bool:
        """Whether the log knows any champion of the model, present or past."""
        return self._last(COMMIT, model=model) is not None

    def champions(self, model: str) -> list[str]:
        """Return the champions that stand on each other, oldest first: a rollback takes the last one off."""
        stack: list[str] = []
        for entry in self.entries:
            if entry.event != COMMIT or entry.body["model"] != model or not self._holds(entry):
                continue
            version = entry.body["version"]
            if entry.body["kind"] == ROLLBACK:
                stack = back_to(stack, version)
            elif not stack or stack[-1] != version:
                stack.append(version)
        return stack

    def revocation(self, digest: str) -> Entry | None:
        """Return the entry that revoked a content digest."""
        return self._last(REVOCATION, content_digest=digest)

    def taken_back(self, model: str, digest: str) -> Entry | None:
        """Return the rollback that took this content off, unless somebody has put it back by name since."""
        found: Entry | None = None
        for entry in self.entries:
            if entry.event != COMMIT or entry.body["model"] != model:
                continue
            if entry.body["content_digest"] == digest:
                found = None
            elif entry.body["kind"] == ROLLBACK and entry.body.get("instead_of") == digest:
                found = entry
        return found

    def unfinished(self) -> tuple[Entry, ...]:
        """Return intents of which the log does not tell how they ended."""
        ended = {entry.body["intent"] for entry in self.entries if entry.event in (COMMIT, ABORT)}
        return tuple(entry for entry in self.entries if entry.event == INTENT and entry.seq not in ended)

    def promoted(self, model: str) -> dict[str, Entry]:
        """Map every version that was ever champion, as it is registered now, to the last record that says so."""
        records = (entry for entry in self.entries if entry.event == COMMIT and entry.body["model"] == model)
        return {entry.body["version"]: entry for entry in records if self._holds(entry)}

    def models(self) -> list[str]:
        """Return the names of all models that the log knows."""
        return sorted({entry.body["model"] for entry in self.entries if entry.event in (REGISTERED, COMMIT)})

    def require_registration(
        self, model: str, version: str, tags: Mapping[str, str], wanted: Mapping[str, str]
    ) -> Entry:
        """Return the registration of a version whose tags still say what it says.

        Args:
            model: registered model.
            version: its number.
            tags: the version's, from the registry.
            wanted: tag -> key of the entry's body.

        Raises:
            ArtifactError: it was never registered here, or a tag was altered.
        """
        entry = self.registration(model, version)
        if entry is None:
            what = f"the audit log has no registration of {model} version {version}"
            raise ArtifactError(what, where="`vaegis reconcile` shows what is wrong; `dvc repro register` registers")
        for tag, key in wanted.items():
            held, known = tags.get(tag), entry.body[key]
            if held != known:
                what = f"{model} version {version}: its tag {tag} is {str(held)[:12]}, but {known[:12]} was registered"
                raise ArtifactError(f"{what} (audit log entry {entry.seq})", where="restore the version from a backup")
        return entry

    def _holds(self, record: Entry) -> bool:
        now = self.registration(record.body["model"], record.body["version"])
        return now is not None and now.body["artifact_manifest"] == record.body["artifact_manifest"]

    def _last(self, event: str, **wanted: Any) -> Entry | None:
        for entry in reversed(self.entries):
            if entry.event == event and all(entry.body.get(key) == value for key, value in wanted.items()):
                return entry
        return None


def back_to(stack: list[str], version: str) -> list[str]:
    """Return the champions that stand on each other once the last one gave way to `version`."""
    for index in reversed(range(len(stack) - 1)):
        if stack[index] == version:
            return stack[: index + 1]
    return [*stack, version]
