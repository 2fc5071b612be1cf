"""A run for each batch that was monitored, in an experiment of its own. Repeating adds nothing."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mlflow import MlflowClient
from mlflow.entities import Metric, RunTag

from vaegis.errors import ServiceError
from vaegis.registry.address import preflight
from vaegis.registry.names import CONTENT_DIGEST, FINISHED, NOTE
from vaegis.registry.tracking import connect, experiment_id

BATCH: Final = "vaegis.batch"
STATUS: Final = "vaegis.monitor_status"
ENDING: Final = "-monitoring"
_LOG: Final = logging.getLogger(__name__)
_SCALARS: Final = ("rows", "invalid", "left_over", "blocks")


def log_batches(model: str, records: list[Mapping[str, Any]], page: Path) -> str:
    """Log each record as a run of experiment `<model>-monitoring`; the page goes with the last. Empty, or why not.

    No rows are no batch and leave no run.
    Monitoring does not wait for a tracker: one that does not answer is named, and the files stand all the same.
    """
    records = [record for record in records if record.get("digest")]
    try:
        preflight()
        client = connect()
    except ServiceError as error:
        return f"not in MLflow: {error}"
    experiment = experiment_id(client, f"{model}{ENDING}")
    for place, record in enumerate(records):
        run = _find_or_log(client, experiment, record)
        if place == len(records) - 1 and not client.list_artifacts(run):
            client.log_artifact(run, str(page))
    return ""


def _find_or_log(client: MlflowClient, experiment: str, record: Mapping[str, Any]) -> str:
    key = f"{record['content_digest'][:16]}-{record['digest'][:16]}"
    found = client.search_runs([experiment], f"tags.`{BATCH}` = '{key}'", max_results=1)
    if found and found[0].info.status == FINISHED:
        return str(found[0].info.run_id)
    name = f"{record['first'][:10]} to {record['last'][:10]}"
    run = found[0] if found else client.create_run(experiment, run_name=name, tags={BATCH: key})
    finished = int(run.info.start_time)
    metrics = [Metric(f"monitor/{name}", float(value), finished, 0) for name, value in _numbers(record).items()]
    tags = {STATUS: record["status"], CONTENT_DIGEST: record["content_digest"], NOTE: record["sentence"]}
    client.log_batch(run.info.run_id, metrics=metrics, tags=[RunTag(*item) for item in tags.items()])
    client.set_terminated(run.info.run_id, FINISHED)
    return str(run.info.run_id)


def _numbers(record: Mapping[str, Any]) -> dict[str, float]:
    numbers = {name: record[name] for name in _SCALARS}
    numbers |= {f"evidence/{name}": value for name, value in record["evidence"].items()}
    for finding in record["findings"]:
        for key in ("effect", "pvalue"):
            if finding[key] is not None:
                numbers[f"{finding['check']}/{key}"] = finding[key]
    return numbers
