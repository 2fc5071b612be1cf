"""What a run shows: parameters, headline metrics, curves, figures, tables, the data it saw. Repeating adds nothing."""

import json
import math
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param

from vaegis import paths
from vaegis.config.admit import AdmitConfig
from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.load import load_section
from vaegis.config.pull import PullConfig
from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.registry.curves import complete_curves
from vaegis.registry.facts import SOURCES, Facts, Source, model_config
from vaegis.registry.names import EVIDENCE, HEADLINE, REPORT

_SECTIONS: Final = {"pull": PullConfig, "admit": AdmitConfig, "split": SplitConfig, "evaluate": EvaluateConfig}


def log_evidence(client: MlflowClient, run: str, stage: str, facts: Facts) -> None:
    """Bring a run up to what the files say."""
    source = SOURCES[stage]
    _log_params(client, run, source)
    _log_headline(client, run, facts.metrics)
    complete_curves(client, run, source.history)
    _log_files(client, run, source)
    _log_dataset(client, run, facts)


def logged_params(source: Source) -> dict[str, str]:
    """Return `section.key`, as after `dvc exp run -S`; both trainings under `train`, so that they compare."""
    sections: dict[str, Any] = {name: load_section(name, kind) for name, kind in _SECTIONS.items()}
    config = model_config(source.stage)
    sections |= {"train": config.train, "score": config.score, "generator": config.generator}
    return {
        f"{section}.{key}": json.dumps(value) if isinstance(value, list) else str(value)
        for section, config in sections.items()
        for key, value in asdict(config).items()
    }


def _log_params(client: MlflowClient, run: str, source: Source) -> None:
    held = client.get_run(run).data.params
    # MLflow's params are written once; a default that changed later does not rewrite what was run.
    missing = [Param(name, value) for name, value in sorted(logged_params(source).items()) if name not in held]
    if missing:
        client.log_batch(run, params=missing)


def _log_headline(client: MlflowClient, run: str, metrics: Mapping[str, Any]) -> None:
    held = client.get_run(run).data.metrics
    now = int(time.time() * 1000)
    changed = [
        Metric(name, float(metrics[name]), now, 0)
        for name in HEADLINE
        if _is_number(metrics.get(name)) and held.get(name) != float(metrics[name])
    ]
    if changed:
        client.log_batch(run, metrics=changed)


def _log_files(client: MlflowClient, run: str, source: Source) -> None:
    for folder, name in (
        (source.figures, "figures"),
        (paths.EVALUATION_TABLES, f"{EVIDENCE}/tables"),
        (paths.EVALUATION_PLOTS, f"{EVIDENCE}/plots"),
    ):
        if folder.is_dir() and (source.stage == "train" or name == "figures"):
            client.log_artifacts(run, str(folder), name)
    _log_renamed(client, run, source.metrics, "metrics.json")
    if source.stage == "train" and paths.EVIDENCE.is_file():
        _log_renamed(client, run, paths.EVIDENCE, "evidence.json")
    for file, name in ((paths.SCHEMA, "schema.json"), (paths.VALIDATION_REPORT, "validation.json"), *_reports(source)):
        if file.is_file():
            _log_renamed(client, run, file, name)
    _log_renamed(client, run, source.history, "history.csv")


def _reports(source: Source) -> list[tuple[Path, str]]:
    """Return the files for people, which speak of the candidate."""
    if source.stage != "train":
        return []
    cards = [(file, file.name) for file in sorted(paths.CARDS.glob("*.md"))]
    return [(paths.REPORT, REPORT), (paths.COMPARISON, paths.COMPARISON.name), *cards]


def _log_renamed(client: MlflowClient, run: str, file: Path, name: str) -> None:
    client.log_text(run, file.read_text(encoding="utf-8"), f"{EVIDENCE}/{name}")


def _log_dataset(client: MlflowClient, run: str, facts: Facts) -> None:
    """Name the rows by our own fingerprint; MLflow's own digest would scan every cell."""
    schema = TableSchema.load(paths.SCHEMA)
    columns = [{"name": column.name, "type": column.dtype, "required": True} for column in schema.columns]
    dataset = Dataset(
        name=facts.service,
        digest=facts.data_fingerprint[:36],
        source_type="local",
        source=json.dumps({"uri": paths.CLEAN_ROWS.as_posix()}),
        schema=json.dumps({"mlflow_colspec": columns}),
        profile=json.dumps({"num_rows": facts.counts.get("clean"), "quarantined": facts.counts.get("quarantined")}),
    )
    client.log_inputs(run, [DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
