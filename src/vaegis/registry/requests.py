"""What a guarded server says to a request that would change what a promotion vouches for. Plain values."""

import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from vaegis.registry.ledger import Ledger
from vaegis.registry.names import ARTIFACT_MANIFEST, CONTENT_DIGEST, PROTECTED

_API: Final = re.compile(r"/(?:ajax-)?api/\d\.\d/(mlflow(?:-artifacts)?)/(.+)")
_ARTIFACT: Final = re.compile(r"(?:artifacts|mpu/(?:create|complete|abort))/(.+)")
_DIGESTS: Final = (CONTENT_DIGEST, ARTIFACT_MANIFEST)
_WRITES: Final = ("POST", "PUT", "PATCH", "DELETE")
GUARDED: Final[dict[tuple[str, str], str]] = {
    ("POST", "registered-models/alias"): "set alias",
    ("DELETE", "registered-models/alias"): "delete alias",
    ("POST", "registered-models/rename"): "change model",
    ("DELETE", "registered-models/delete"): "change model",
    ("DELETE", "model-versions/delete"): "delete version",
    ("POST", "model-versions/set-tag"): "tag",
    ("DELETE", "model-versions/delete-tag"): "tag",
}
"""Method and path below the API -> what it would do. Everything else is MLflow's own business."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One row of the aliases that a request may write: a transaction announced it."""

    model: str
    alias: str
    version: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not passed on."""

    status: int
    reason: str


def action(method: str, path: str) -> str:
    """Name what a request would do; empty: nothing that is guarded."""
    match = _API.search(posixpath.normpath(path))
    if match is None or method not in _WRITES:
        return ""
    room, rest = match.groups()
    if room == "mlflow-artifacts":
        return "artifact" if _ARTIFACT.fullmatch(rest) else ""
    if method == "DELETE" and re.fullmatch(r"logged-models/[^/]+", rest):
        return "logged model"
    return GUARDED.get((method, rest), "")


def parse_body(body: bytes) -> dict[str, Any] | None:
    """Read the JSON of a request as MLflow does, twice encoded too; None: it is no object."""
    try:
        found = json.loads(body or b"{}")
        found = json.loads(found) if isinstance(found, str) else found
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def judge_request(ledger: Ledger, doing: str, path: str, said: Mapping[str, Any]) -> Grant | Refusal | None:
    """Decide on a request: a refusal, a grant for one row, or None: let it pass."""
    if doing == "artifact":
        return _artifact(ledger, path)
    if doing == "logged model":
        return _logged_model(ledger, posixpath.basename(posixpath.normpath(path)))
    model = str(said.get("name", ""))
    if doing in ("set alias", "delete alias"):
        return _alias(ledger, model, str(said.get("alias", "")), said.get("version") if doing == "set alias" else None)
    promoted = ledger.promoted(model)
    if doing == "change model":
        return _refuse(f"{model} has a champion with a promotion record") if promoted else None
    version = str(said.get("version", ""))
    if version not in promoted or (doing == "tag" and said.get("key") not in _DIGESTS):
        return None
    return _refuse(f"{model} version {version} was promoted by audit log entry {promoted[version].seq}")


def _alias(ledger: Ledger, model: str, alias: str, version: Any) -> Grant | Refusal | None:
    if alias not in PROTECTED:
        return None
    wanted = None if version is None else str(version)
    announced = [
        intent for intent in ledger.unfinished() if intent.body["model"] == model and alias in intent.body["after"]
    ]
    if any(intent.body["after"][alias] == wanted for intent in announced):
        return Grant(model, alias, wanted)
    if wanted is not None and ledger.lawful(model, alias) == wanted:
        return Grant(model, alias, wanted)
    return _refuse(f"alias {alias} of {model} is moved by a promotion only; the audit log announces none to {wanted}")


def _artifact(ledger: Ledger, path: str) -> Refusal | None:
    match = _API.search(posixpath.normpath(path))
    found = _ARTIFACT.fullmatch(match.group(2)) if match else None
    if found is None:
        return None
    wanted = _parts(found.group(1))
    for name, version, place in _promoted_places(ledger):
        if any(_overlap(place[start:], wanted) for start in range(len(place) - 2)):
            return _refuse(f"the files of {name} version {version}, which was promoted, stay as they are")
    return None


def _logged_model(ledger: Ledger, model_id: str) -> Refusal | None:
    for name, version, place in _promoted_places(ledger):
        if model_id in place:
            return _refuse(f"the logged model behind {name} version {version}, which was promoted, stays")
    return None


def _promoted_places(ledger: Ledger) -> list[tuple[str, str, list[str]]]:
    found = []
    for model in ledger.models():
        for version in ledger.promoted(model):
            entry = ledger.registration(model, version)
            if entry is not None:
                found.append((model, version, _parts(urlsplit(entry.body["location"]).path)))
    return found


def _overlap(place: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether one path lies in the other: a file of a model, or a folder above it."""
    shared = min(len(place), len(wanted))
    return list(place[:shared]) == list(wanted[:shared])


def _parts(path: str) -> list[str]:
    """Split a path, whatever is encoded in it decoded until nothing is."""
    while (decoded := unquote(path)) != path:
        path = decoded
    return [part for part in posixpath.normpath(f"/{path}").split("/") if part]


def _refuse(reason: str) -> Refusal:
    return Refusal(403, f"vaegis: {reason}")
