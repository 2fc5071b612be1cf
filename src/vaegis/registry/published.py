"""Whether the champion's rows stand in the feature store: the cheap question of an idle stage `publish`.

The receipt lies in `.scratch/`, since DVC removes a stage's outputs before it runs it; the report goes to `reports/`.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from vaegis import paths
from vaegis.bundle import file_digest
from vaegis.config.load import load_section
from vaegis.config.publish import PublishConfig
from vaegis.config.pull import PullConfig
from vaegis.durable import canonical_json, read_json, write_json
from vaegis.errors import ArtifactError
from vaegis.feature_store.published import SETTINGS, traces
from vaegis.registry.address import tracking_uri, without_credentials
from vaegis.registry.ledger import Ledger
from vaegis.registry.names import CHAMPION, CONTENT_DIGEST, EXPERIMENT
from vaegis.registry.peek import peek
from vaegis.registry.receipt import stage_input_key

_RECEIPT: Final = paths.SCRATCH / "published.json"


def champion_of(model: str) -> tuple[str, str] | None:
    """Return version and content digest of a model's champion, None if there is none."""
    held = peek(tracking_uri(), model, ())
    version = held.aliases.get(CHAMPION, "")
    tags = held.tags.get(version)
    return None if tags is None else (version, tags.get(CONTENT_DIGEST, ""))


def reason_against() -> str:
    """Say why this run leaves the store alone, whoever is champion; empty: it does not."""
    if not load_section("publish", PublishConfig).after_promotion:
        return "left to `vaegis publish` (params.yaml: publish.after_promotion)"
    return "an experiment leaves the store alone" if os.environ.get(EXPERIMENT, "").strip() else ""


def kept_back(reason: str) -> dict[str, Any]:
    """Return the report of a run that publishes nothing."""
    return {"published": False, "reason": reason}


def is_of(report: Mapping[str, Any], model: str, champion: tuple[str, str]) -> bool:
    """Whether a report is of this champion, who may have gone while rows were encoded; none published are anybody's."""
    published = (report.get("version"), report.get("content_digest"))
    return not report["published"] or published == (f"{model}/{champion[0]}", champion[1])


def publication_key(model: str, champion: tuple[str, str]) -> str:
    """Hash what a publication is made of: the stage's inputs, who is champion where, the store's settings, the folder.

    The settings that a publication leaves for its readers hold full paths, so a project that was moved publishes anew.
    """
    settings = Path(load_section("pull", PullConfig).repository or paths.FEATURE_REPO) / SETTINGS
    record = {
        "inputs": stage_input_key("publish"),
        "tracker": without_credentials(tracking_uri()),
        "champion": [model, *champion],
        "revoked": Ledger.read(tracking_uri()).revocation(champion[1]) is not None,
        "settings": file_digest(settings) if settings.is_file() else "",
        "folder": str(Path.cwd()),
    }
    return hashlib.sha256(canonical_json(record)).hexdigest()


def standing(key: str) -> dict[str, Any] | None:
    """Return the last report if it is about these inputs and what it tells of is as it was left."""
    try:
        receipt: Mapping[str, Any] = read_json(_RECEIPT)
    except ArtifactError:
        return None
    if receipt.get("key") != key or receipt.get("traces") != traces(paths.PUBLISHED):
        return None
    return dict(receipt["report"])


def save(report: Mapping[str, Any], key: str = "") -> None:
    """Write the report; of a publication, for the inputs named by `key`, the receipt as well."""
    write_json(paths.PUBLICATION, report)
    if key:
        write_json(_RECEIPT, {"key": key, "traces": traces(paths.PUBLISHED), "report": dict(report)})
