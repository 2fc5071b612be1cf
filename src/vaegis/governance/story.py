"""The life of a version as the audit log tells it, in plain words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from vaegis.governance.audit import ABORT, APPROVAL, COMMIT, INTENT, REGISTERED, REJECTION, REVOCATION, WAIVER
from vaegis.governance.entry import Entry

_SHORT: Final = 12
Body = Mapping[str, Any]


def about(entries: Iterable[Entry], model: str, version: str = "") -> list[Entry]:
    """Return the entries about a model, or about one version and the content it held."""
    some = list(entries)
    digests = {
        entry.body.get("content_digest")
        for entry in some
        if entry.body.get("model") == model and (not version or entry.body.get("version") == version)
    } - {None}
    return [entry for entry in some if _is_about(entry, model, version, digests)]


def tell(entries: Sequence[Entry]) -> list[str]:
    """Say each entry in a sentence."""
    return [f"{entry.moment:%Y-%m-%d %H:%M} UTC  {_sentence(entry)}" for entry in entries]


def _is_about(entry: Entry, model: str, version: str, digests: set[Any]) -> bool:
    named = entry.body.get("model")
    if named not in (None, model):
        return False
    if not version:
        return named == model or entry.body.get("content_digest") in digests
    return entry.body.get("content_digest") in digests


def _sentence(entry: Entry) -> str:
    words = _WORDS.get(entry.event, _anything)(entry.body)
    signed = f", signed with key {entry.key}" if entry.key else ""
    return f"{entry.actor} {words} (entry {entry.seq}{signed})"


def _name(body: Body) -> str:
    digest = str(body.get("content_digest", ""))[:_SHORT]
    if body.get("model"):
        return f"{body['model']} version {body.get('version', '?')}, content {digest}"
    return f"content {digest}"


def _because(body: Body) -> str:
    return f": {body['reason']}" if body.get("reason") else ""


def _registered(body: Body) -> str:
    return f"registered {_name(body)}"


def _intent(body: Body) -> str:
    return f"set about a {body.get('kind', 'promotion')} to {_name(body)}"


def _commit(body: Body) -> str:
    verb = {"rollback": "rolled back to", "restoration": "put the alias back to"}.get(str(body.get("kind")), "promoted")
    under = f" under policy {str(body['policy_digest'])[:_SHORT]}" if body.get("policy_digest") else ""
    return f"{verb} {_name(body)}{under}{_because(body)}"


def _abort(body: Body) -> str:
    return f"did not finish the {body.get('kind', 'promotion')} to {_name(body)}{_because(body)}"


def _approval(body: Body) -> str:
    return f"approved {_name(body)} until {str(body.get('expires', '?'))[:10]}{_because(body)}"


def _rejection(body: Body) -> str:
    return f"rejected {_name(body)}{_because(body)}"


def _waiver(body: Body) -> str:
    until = str(body.get("expires", "?"))[:10]
    return f"waived gate {body.get('gate', '?')!r} of {_name(body)} until {until}{_because(body)}"


def _revocation(body: Body) -> str:
    return f"revoked {_name(body)}{_because(body)}"


def _anything(body: Body) -> str:
    return f"wrote of {_name(body)}{_because(body)}"


_WORDS: Final[dict[str, Callable[[Body], str]]] = {
    REGISTERED: _registered,
    INTENT: _intent,
    COMMIT: _commit,
    ABORT: _abort,
    APPROVAL: _approval,
    REJECTION: _rejection,
    WAIVER: _waiver,
    REVOCATION: _revocation,
}
