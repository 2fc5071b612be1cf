"""Where a model comes from and what was measured on it, gathered from plain files; no mlflow, no torch."""

import hashlib
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from vaegis import paths
from vaegis.bundle import file_digest
from vaegis.config.baseline import BaselineConfig
from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.generator import GeneratorConfig
from vaegis.config.load import load_section
from vaegis.config.model import ModelConfig
from vaegis.config.score import ScoreConfig
from vaegis.config.split import SplitConfig
from vaegis.config.train import TrainConfig
from vaegis.durable import canonical_json, read_json
from vaegis.governance import flatten
from vaegis.governance.figures import read_estimates
from vaegis.lineage import lineage_key

UNKNOWN: Final = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The files of one trained model."""

    stage: str
    bundle: Path
    history: Path
    metrics: Path
    figures: Path


SOURCES: Final[dict[str, Source]] = {
    "train": Source(
        stage="train",
        bundle=paths.CANDIDATE,
        history=paths.CANDIDATE_HISTORY,
        metrics=paths.METRICS,
        figures=paths.FIGURES,
    ),
    "baseline": Source(
        stage="baseline",
        bundle=paths.BASELINE,
        history=paths.BASELINE_HISTORY,
        metrics=paths.BASELINE_METRICS,
        figures=paths.BASELINE_FIGURES,
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """One model's origin and numbers."""

    kind: str
    content_digest: str
    lineage_key: str
    service: str
    definition: str
    """SHA-256 of the contract read from the feature definitions."""
    data_fingerprint: str
    """SHA-256 of the clean rows."""
    rows_digest: str
    """What the metrics were measured on: the clean rows, the split and the way of evaluating."""
    validation: str
    counts: dict[str, Any]
    git_commit: str
    dvc_lock: str
    """SHA-256 of dvc.lock."""
    outputs: dict[str, str]
    """Output -> the hash dvc.lock has for it."""
    metrics: dict[str, Any]
    """Path -> what evaluation measured."""
    estimates: Mapping[str, Any] = field(default_factory=dict)
    """`topic/metric` -> interval, rows and, where there is no number, the reason; of the candidate only."""

    @property
    def is_complete(self) -> bool:
        """Whether everything is known that making the model again needs; git adds to it, but not every copy has one."""
        needed = (self.content_digest, self.lineage_key, self.service, self.definition, self.data_fingerprint)
        return all(value not in ("", UNKNOWN) for value in needed)

    def evidence(self, *, bundle_verifies: bool) -> dict[str, Any]:
        """Return all that a policy may ask for, by path."""
        return {
            **self.metrics,
            "validation/admitted": int(self.validation == "admitted"),
            "validation/quarantined_share": self.counts.get("quarantined_share"),
            "provenance/complete": int(self.is_complete),
            "provenance/bundle_verifies": int(bundle_verifies),
        }


def model_config(stage: str) -> ModelConfig:
    """Return what params.yaml says of the model that stage `train` or `baseline` fits."""
    if stage == "baseline":
        return ModelConfig.plain(load_section("baseline", BaselineConfig))
    return ModelConfig(
        train=load_section("train", TrainConfig),
        score=load_section("score", ScoreConfig),
        generator=load_section("generator", GeneratorConfig),
    )


def gather(stage: str) -> Facts:
    """Read the facts of the model that `stage` trained."""
    source = SOURCES[stage]
    split, config = load_section("split", SplitConfig), model_config(stage)
    admitted = read_json(paths.ADMITTED)
    fingerprint = admitted.get("clean_sha256", UNKNOWN)
    return Facts(
        kind=config.train.kind,
        content_digest=read_json(source.bundle / "bundle.json")["content_digest"],
        lineage_key=lineage_key(stage, {**config.sections(stage), "split": asdict(split)}),
        service=admitted.get("contract", {}).get("service", UNKNOWN),
        definition=admitted.get("contract", {}).get("digest", UNKNOWN),
        data_fingerprint=fingerprint,
        rows_digest=_rows_digest(fingerprint, split),
        validation=admitted.get("verdict", UNKNOWN),
        counts=admitted.get("counts", {}),
        git_commit=_git_commit(),
        dvc_lock=file_digest(paths.DVC_LOCK) if paths.DVC_LOCK.is_file() else UNKNOWN,
        outputs=_locked_outputs(),
        metrics=flatten(read_json(source.metrics)),
        estimates=read_estimates() if stage == "train" else {},
    )


def _rows_digest(fingerprint: str, split: SplitConfig) -> str:
    evaluate = load_section("evaluate", EvaluateConfig)
    tested = {key: getattr(split, key) for key in ("by", "test_from", "test_share", "hold_out", "gap_hours")}
    record = {"rows": fingerprint, "split": tested, "evaluate": asdict(evaluate)}
    return hashlib.sha256(canonical_json(record)).hexdigest()


def last_author() -> str:
    """Return who made the project's last commit, empty without git."""
    return _git("log", "-1", "--format=%an")


def _git_commit() -> str:
    return _git("rev-parse", "HEAD") or UNKNOWN


def _git(*words: str) -> str:
    """Return what git answers, empty without it or a commit."""
    try:
        answer = subprocess.run(["git", *words], capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _locked_outputs() -> dict[str, str]:
    """Return the hash of every output in dvc.lock."""
    if not paths.DVC_LOCK.is_file():
        return {}
    stages = yaml.safe_load(paths.DVC_LOCK.read_text(encoding="utf-8")).get("stages") or {}
    outputs = [output for stage in stages.values() for output in stage.get("outs", ())]
    return {output["path"]: str(output.get("md5", UNKNOWN)) for output in outputs}
