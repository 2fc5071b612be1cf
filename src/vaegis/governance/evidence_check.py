"""Read an evidence bundle that somebody may have touched: every file is held against its manifest, then believed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from vaegis import paths
from vaegis.bundle import tree_manifest
from vaegis.durable import read_json
from vaegis.errors import ArtifactError
from vaegis.governance.evidence import COMPARISON, MANIFEST, NEEDED, NUMBERS, POLICY, PRIVACY, STATEMENT, VALIDATION
from vaegis.governance.figures import Figures
from vaegis.governance.requirements import expectations_of
from vaegis.governance.verdict import flatten


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """The evidence of one model, verified."""

    model: str
    content_digest: str
    figures: Figures
    expectations: Mapping[str, bool]
    statement: Mapping[str, Any]
    comparison: Mapping[str, Any]
    """What stage `compare` found; empty: nothing."""
    files: Mapping[str, str]
    """File -> SHA-256."""
    lacking: tuple[str, ...]
    """What a regulated model needs and this one has not."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read and verify the evidence in `folder`.

        Raises:
            ArtifactError: there is none, or names the first file that is missing, added or altered.
        """
        manifest = read_json(folder / MANIFEST) if (folder / MANIFEST).is_file() else None
        if not isinstance(manifest, dict):
            raise ArtifactError("there is no evidence with this version", where="`dvc repro register` adds it")
        _compare(manifest, {name: digest for name, digest in tree_manifest(folder).items() if name != MANIFEST})
        said = read_json(folder / STATEMENT)
        model, digest = _subject(said)
        report = read_json(folder / VALIDATION) if VALIDATION in manifest else {}
        return cls(
            model=model,
            content_digest=digest,
            figures=Figures.from_json(read_json(folder / NUMBERS)),
            expectations=expectations_of(report),
            statement=said,
            comparison=read_json(folder / COMPARISON) if COMPARISON in manifest else {},
            files=manifest,
            lacking=tuple(_lacking(folder, manifest)),
        )

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Return what params.yaml said, by path."""
        return flatten(self.statement["predicate"]["buildDefinition"]["externalParameters"])

    @property
    def made_from(self) -> Mapping[str, str]:
        """Return what it was made from, by name -> digest."""
        listed = self.statement["predicate"]["buildDefinition"]["resolvedDependencies"]
        return {item.get("name", item.get("uri", "?")): next(iter(item["digest"].values())) for item in listed}

    @property
    def locked_candidate(self) -> str:
        """Return the hash of DVC's for the candidate's folder."""
        return self.made_from.get(paths.CANDIDATE.as_posix(), "")

    @property
    def policy_digest(self) -> str:
        """Return the SHA-256 of the policy that was in force when the evidence was written."""
        return self.files.get(POLICY, "")


def _compare(manifest: Mapping[str, str], found: Mapping[str, str]) -> None:
    for name in sorted({*manifest, *found}):
        if name not in found:
            raise ArtifactError(f"evidence {name} is missing (SHA-256 {manifest[name][:12]})")
        if name not in manifest:
            raise ArtifactError(f"evidence {name} was added; its manifest does not name it")
        if found[name] != manifest[name]:
            raise ArtifactError(
                f"evidence {name} was altered: SHA-256 is {found[name][:12]}, not {manifest[name][:12]}"
            )


def _subject(statement: Mapping[str, Any]) -> tuple[str, str]:
    try:
        first = statement["subject"][0]
        return str(first["name"]), str(first["digest"]["sha256"])
    except (KeyError, IndexError, TypeError):
        raise ArtifactError(f"evidence {STATEMENT} names no subject") from None


def _lacking(folder: Path, manifest: Mapping[str, str]) -> list[str]:
    lacking = [name for name in NEEDED if name not in manifest or not (folder / name).stat().st_size]
    if PRIVACY in manifest and not json.loads((folder / PRIVACY).read_text(encoding="utf-8")).get("measured"):
        lacking.append(f"{PRIVACY} (nothing was measured)")
    return lacking
