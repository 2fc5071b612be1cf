"""The same view as `peek`, through MLflow's own client: for servers."""

from collections.abc import Sequence

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from vaegis.registry.peek import Snapshot
from vaegis.registry.tracking import connect
from vaegis.registry.versions import all_versions


def take(uri: str, model: str, runs: Sequence[str]) -> Snapshot:
    """Ask the server."""
    client = connect(uri)
    return view(client, model, runs)


def view(client: MlflowClient, model: str, runs: Sequence[str] = ()) -> Snapshot:
    """Return aliases, versions and existing runs of one model."""
    versions = all_versions(client, model)
    return Snapshot(
        aliases=aliases(client, model),
        model_tags=_model_tags(client, model),
        tags={str(version.version): dict(version.tags) for version in versions},
        runs=frozenset(run for run in runs if _is_active(client, run)),
    )


def aliases(client: MlflowClient, model: str) -> dict[str, str]:
    """Return alias -> version; empty if the model is not registered yet."""
    try:
        held = client.get_registered_model(model).aliases
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return {}
        raise
    return {alias: str(version) for alias, version in held.items()}


def _model_tags(client: MlflowClient, model: str) -> dict[str, str]:
    try:
        return dict(client.get_registered_model(model).tags)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return {}
        raise


def _is_active(client: MlflowClient, run: str) -> bool:
    try:
        return bool(client.get_run(run).info.lifecycle_stage == "active")
    except MlflowException:
        return False
