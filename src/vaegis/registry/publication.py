"""Put what people read first on a run and its version."""

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from vaegis.registry.names import NOTE, VERDICT
from vaegis.registry.runs import set_tags


def publish(client: MlflowClient, run: str, version: ModelVersion, text: str, *, judged: bool) -> None:
    """Write the description of run and version; one without a verdict never replaces one with."""
    if judged or VERDICT not in client.get_run(run).data.tags:
        set_tags(client, run, {NOTE: text})
    if (judged or VERDICT not in version.tags) and version.description != text:
        client.update_model_version(version.name, str(version.version), text)
