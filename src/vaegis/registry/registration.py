"""Bring MLflow to what the files say: two runs, one version per content digest, whatever was there before."""

import logging
import tempfile
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow.parquet as pq
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from vaegis import paths
from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.load import load_section
from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.registry.address import exclusive, tracking_uri, without_credentials
from vaegis.registry.case import write_evidence
from vaegis.registry.describe import baseline_text, candidate_text
from vaegis.registry.enrolment import enrol
from vaegis.registry.entities import FILE, write_entities
from vaegis.registry.evidence import log_evidence
from vaegis.registry.facts import SOURCES, Facts, gather
from vaegis.registry.model import find_or_log
from vaegis.registry.names import (
    CONTENT_DIGEST,
    DATA_FINGERPRINT,
    EVIDENCE_RUN,
    FINISHED,
    LINEAGE_KEY,
    NOTE,
    ROWS_DIGEST,
)
from vaegis.registry.publication import publish, report_link
from vaegis.registry.receipt import Registration
from vaegis.registry.runs import RunName, find_or_create, set_tags
from vaegis.registry.tracking import connect
from vaegis.registry.versions import create_version, find_version, set_version_tags

_LOG: Final = logging.getLogger(__name__)
_EXAMPLE_ROWS: Final = 5


def register() -> Registration:
    """Log both runs and register the candidate; safe to kill and to repeat."""
    uri = tracking_uri()
    with exclusive(uri):
        client = connect(uri)
        baseline, candidate = gather("baseline"), gather("train")
        baseline_run = _log_run(client, "baseline", baseline, baseline_text(baseline, candidate.metrics))
        run = _log_run(client, "train", candidate, "")
        version = _find_or_create_version(client, run, candidate)
        enrol(uri, client, version)
        text = candidate_text(candidate, baseline.metrics, None, report_link(client, run))
        publish(client, run, version, text, judged=False)
    return Registration(
        model=version.name,
        version=str(version.version),
        content_digest=candidate.content_digest,
        run=run,
        baseline_run=baseline_run,
        tracking_uri=without_credentials(uri),
    )


def run_tags(facts: Facts) -> dict[str, str]:
    """Return what people filter runs and versions by."""
    return {
        CONTENT_DIGEST: facts.content_digest,
        LINEAGE_KEY: facts.lineage_key,
        ROWS_DIGEST: facts.rows_digest,
        "vaegis.kind": facts.kind,
        "vaegis.service": facts.service,
        "vaegis.definition": facts.definition,
        DATA_FINGERPRINT: facts.data_fingerprint,
        "vaegis.validation": facts.validation,
        "vaegis.git_commit": facts.git_commit,
        "vaegis.dvc_lock": facts.dvc_lock,
    }


def _log_run(client: MlflowClient, stage: str, facts: Facts, text: str) -> str:
    run = find_or_create(client, RunName.of(stage, facts.lineage_key))
    log_evidence(client, run, stage, facts)
    tags = {**run_tags(facts), "mlflow.source.git.commit": facts.git_commit}
    set_tags(client, run, {**tags, **({NOTE: text} if text else {})})
    if client.get_run(run).info.status != FINISHED:
        client.set_terminated(run, FINISHED)
    return run


def _find_or_create_version(client: MlflowClient, run: str, facts: Facts) -> ModelVersion:
    model = RunName.of("train", facts.lineage_key).model
    tags = {**run_tags(facts), EVIDENCE_RUN: run}
    version = find_version(client, model, facts.content_digest)
    if version is None:
        rate = load_section("evaluate", EvaluateConfig).false_alarm_rate
        with tempfile.TemporaryDirectory() as name:
            beside = _write_beside(Path(name), facts)
            logged = find_or_log(client, run, SOURCES["train"].bundle, _example(), rate, beside)
        version = create_version(client, model, logged, run, tags)
        _LOG.info("registered %s version %s, content digest %s", model, version.version, facts.content_digest[:12])
    else:
        set_version_tags(client, version, tags)
    return version


def _write_beside(folder: Path, facts: Facts) -> dict[str, Path]:
    """Return what travels beside the bundle: cards; and, written into `folder`, evidence and entities."""
    cards = {file.name: file for file in sorted(paths.CARDS.glob("*.md"))}
    texts = {name: file.read_text(encoding="utf-8") for name, file in cards.items()}
    files = {file.stem.lower(): file for file in cards.values()}
    entities = folder / FILE
    write_entities(entities, paths.CLEAN_ROWS, TableSchema.load(paths.SCHEMA), load_section("split", SplitConfig))
    return {**files, "evidence": write_evidence(folder, facts, texts), "entities": entities}


def _example() -> pd.DataFrame:
    """Return a few clean rows without gaps."""
    batches = pq.ParquetFile(paths.CLEAN_ROWS).iter_batches(batch_size=1024)
    first: pd.DataFrame = next(batches).to_pandas()
    return first.sort_index().dropna().head(_EXAMPLE_ROWS) if not first.dropna().empty else first.head(_EXAMPLE_ROWS)
