"""The lineage key of a stage: what it was given, how it was told to work, and the code it declares, as one hash."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from vaegis import paths
from vaegis.bundle import file_digest, tree_manifest
from vaegis.durable import canonical_json
from vaegis.errors import ArtifactError


def stage_dependencies(stage: str) -> dict[str, str]:
    """Map every file dependency that dvc.yaml declares for `stage` to its SHA-256 (folders: of their manifest)."""
    declared = yaml.safe_load(paths.DVC_FILE.read_text(encoding="utf-8"))["stages"][stage].get("deps", [])
    return {dependency: _digest(Path(dependency)) for dependency in sorted(declared)}


def lineage_key(stage: str, sections: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the SHA-256 over resolved configuration and dependencies: one run, one resumable checkpoint per key."""
    record = {"stage": stage, "config": sections, "dependencies": stage_dependencies(stage)}
    return hashlib.sha256(canonical_json(record)).hexdigest()


def _digest(path: Path) -> str:
    if path.is_dir():
        return hashlib.sha256(canonical_json(tree_manifest(path))).hexdigest()
    if path.is_file():
        return file_digest(path)
    raise ArtifactError(f"{path} is missing", where="run `dvc repro` from the first stage")
