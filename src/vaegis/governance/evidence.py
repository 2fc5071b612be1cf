"""The evidence bundle: everything a reviewer needs beside the model, as files with a manifest; no clock in them.

statement.json      in-toto Statement v1 with a SLSA provenance v1 predicate: what was made, from what, by what
manifest.json       SHA-256 of every other file
numbers.json        every number that a gate may ask for, why some are missing, the rows behind them, who made the model
gates.json          the policy's gates on these numbers, before anybody approved and without a champion
...                 reports, locks, hashes of definitions, environment, monitoring reference, cards
"""

import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

import yaml

import vaegis
from vaegis import paths
from vaegis.bundle import file_digest, tree_manifest
from vaegis.durable import replacing, write_json
from vaegis.governance import monitoring
from vaegis.governance.dossier import Dossier
from vaegis.governance.figures import Figures
from vaegis.governance.levels import SOLO
from vaegis.governance.policy import Policy
from vaegis.governance.verdict import decide

STATEMENT: Final = "statement.json"
MANIFEST: Final = "manifest.json"
METRICS: Final = "metrics.json"
ESTIMATES: Final = "evidence.json"
COMPARISON: Final = "comparison.json"
VALIDATION: Final = "validation.json"
NUMBERS: Final = "numbers.json"
GATES: Final = "gates.json"
POLICY: Final = "policy.yaml"
PRIVACY: Final = "privacy.json"
_COPIES: Final[dict[str, Path]] = {
    METRICS: paths.METRICS,
    ESTIMATES: paths.EVIDENCE,
    "baseline_metrics.json": paths.BASELINE_METRICS,
    COMPARISON: paths.COMPARISON,
    VALIDATION: paths.VALIDATION_REPORT,
    "admitted.json": paths.ADMITTED,
    "schema.json": paths.SCHEMA,
    "params.yaml": paths.PARAMS,
    "dvc.lock": paths.DVC_LOCK,
    "requirements.lock": paths.LOCKFILE,
    "requirements.yaml": paths.REQUIREMENTS,
}
"""Name in the evidence -> file of the project; what a project has not is left out, and missed where it is needed."""
NEEDED: Final = (
    STATEMENT,
    METRICS,
    ESTIMATES,
    VALIDATION,
    NUMBERS,
    GATES,
    POLICY,
    PRIVACY,
    "dvc.lock",
    "definitions.json",
    "requirements.lock",
    "requirements.yaml",
    "environment.json",
    "monitoring.json",
    "MODEL_CARD.md",
    "DATA_CARD.md",
)
"""What a regulated model must have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """What the statement says of the model."""

    model: str
    content_digest: str
    lineage_key: str
    service: str
    definition: str
    """SHA-256 of the contract."""
    data_fingerprint: str
    """SHA-256 of the clean rows."""
    git_commit: str
    parts: Mapping[str, str]
    """File of the bundle -> SHA-256."""
    outputs: Mapping[str, str]
    """Output -> the hash that dvc.lock has for it."""


def assemble(
    folder: Path, origin: Origin, figures: Figures, policy: Policy, policy_file: Path, cards: Mapping[str, str]
) -> None:
    """Write the evidence into `folder`, whole or not at all.

    Args:
        folder: replaced if it is there.
        origin: what the statement says.
        figures: what the decision is made from.
        policy: judges the numbers as they stand.
        policy_file: its file, copied.
        cards: file name -> text, such as `MODEL_CARD.md`.
    """
    with replacing(folder) as made:
        made.mkdir()
        for name, source in {**_COPIES, POLICY: policy_file}.items():
            if source.is_file():
                (made / name).write_bytes(source.read_bytes())
        for name, text in cards.items():
            (made / name).write_text(text, encoding="utf-8")
        write_json(made / NUMBERS, figures.to_json())
        write_json(made / GATES, _gates(policy, origin.content_digest, figures))
        write_json(made / PRIVACY, _privacy(figures.numbers))
        write_json(made / "definitions.json", tree_manifest(paths.FEATURE_REPO) if paths.FEATURE_REPO.is_dir() else {})
        write_json(made / "environment.json", environment())
        if paths.CLEAN_ROWS.is_file():
            about = {"data_fingerprint": origin.data_fingerprint, **monitoring.reference(paths.CLEAN_ROWS)}
            write_json(made / "monitoring.json", about)
        write_json(made / STATEMENT, statement(origin, made))
        write_json(made / MANIFEST, tree_manifest(made))


def statement(origin: Origin, folder: Path) -> dict[str, Any]:
    """Return the in-toto Statement over the model and the evidence files in `folder`.

    https://in-toto.io/Statement/v1, https://slsa.dev/spec/v1.0/provenance
    """
    subject = [{"name": origin.model, "digest": {"sha256": origin.content_digest}}]
    subject += [{"name": f"bundle/{name}", "digest": {"sha256": value}} for name, value in sorted(origin.parts.items())]
    made_from = [
        {"uri": "git+local", "digest": {"gitCommit": origin.git_commit}},
        {"name": str(paths.CLEAN_ROWS), "digest": {"sha256": origin.data_fingerprint}},
        {"name": f"feature service {origin.service}", "digest": {"sha256": origin.definition}},
        *({"name": name, "digest": {"md5": value}} for name, value in sorted(origin.outputs.items())),
        *(
            {"name": name, "digest": {"sha256": file_digest(folder / name)}}
            for name in ("dvc.lock", "requirements.lock")
            if (folder / name).is_file()
        ),
    ]
    files = [{"name": name, "digest": {"sha256": value}} for name, value in tree_manifest(folder).items()]
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subject,
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "urn:vaegis:pipeline:1",
                "externalParameters": _parameters(),
                "internalParameters": {"lineage_key": origin.lineage_key},
                "resolvedDependencies": made_from,
            },
            "runDetails": {
                "builder": {"id": "urn:vaegis", "version": {"vaegis": vaegis.__version__}},
                "metadata": {"invocationId": origin.lineage_key},
                "byproducts": files,
            },
        },
    }


def environment() -> dict[str, Any]:
    """Return interpreter, platform and the version of every package that is installed."""
    packages = {item.metadata["Name"]: item.version for item in distributions() if item.metadata["Name"]}
    return {
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "platform": platform.platform(),
        "packages": dict(sorted(packages.items(), key=lambda item: item[0].casefold())),
    }


def _gates(policy: Policy, digest: str, figures: Figures) -> list[dict[str, Any]]:
    """Judge what can be judged from the numbers alone: no champion, no approvals."""
    alone = replace(policy, level=SOLO, approvals=(), waivers=None)
    known = Dossier(rows=figures.rows, notes=figures.notes, folder=Path())
    return [asdict(result) for result in decide(alone, digest, figures.numbers, None, known).gates]


def _privacy(metrics: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in sorted(metrics.items()) if "/privacy/" in name}
    return {"metrics": found, "measured": any(value is not None for value in found.values())}


def _parameters() -> dict[str, Any]:
    if not paths.PARAMS.is_file():
        return {}
    tree = yaml.safe_load(paths.PARAMS.read_text(encoding="utf-8"))
    return tree if isinstance(tree, dict) else {}
