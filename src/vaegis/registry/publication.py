"""Put what people read first on a run and its version."""

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from vaegis.registry.names import EVIDENCE, NOTE, REPORT, VERDICT
from vaegis.registry.runs import set_tags


def report_link(client: MlflowClient, run: str) -> str:
    """Return where MLflow's pages show the report of a run."""
    experiment = client.get_run(run).info.experiment_id
    return f"#/experiments/{experiment}/runs/{run}/artifacts/{EVIDENCE}/{REPORT}"


def publish(client: MlflowClient, run: str, version: ModelVersion, text: str, *, judged: bool) -> None:
    """Write the description of run and version; one without a verdict never replaces one with."""
    if judged or VERDICT not in client.get_run(run).data.tags:
        set_tags(client, run, {NOTE: text})
    if (judged or VERDICT not in version.tags) and version.description != text:
        client.update_model_version(version.name, str(version.version), text)
