"""Connect to MLflow: quiet, impatient with dead servers, on a database that is whole or absent."""

import logging
import os
from typing import Final

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from vaegis.errors import ServiceError
from vaegis.registry.address import database_file, exclusive, preflight, tracking_uri, without_credentials

# One metric to a dead server blocks 274 s at MLflow's defaults.
_ENVIRONMENT: Final = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
_ARTIFACTS: Final = "artifacts"
_KIND: Final = {"mlflow.experimentKind": "custom_model_development"}
"""Opens the UI on runs and metrics; left to guess, it shows its pages for language models."""


def connect(uri: str | None = None) -> MlflowClient:
    """Return a client of the tracking server or database, made if it is not there yet.

    Raises:
        ServiceError: it does not answer, or its schema is of another MLflow.
    """
    address = uri or tracking_uri()
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    preflight(address)
    _create_database(address)
    mlflow.set_tracking_uri(address)
    mlflow.set_registry_uri(address)
    try:
        client = MlflowClient(address, registry_uri=address)
        client.search_experiments(max_results=1)
    except MlflowException as error:
        reason = str(error).splitlines()[0]
        where = "`mlflow db upgrade`, or another MLFLOW_TRACKING_URI"
        raise ServiceError(f"MLflow at {without_credentials(address)}: {reason}", where=where) from None
    return client


def experiment_id(client: MlflowClient, name: str) -> str:
    """Return the experiment called `name`, made or restored if need be; a local one's artifacts lie by its database."""
    found = client.get_experiment_by_name(name)
    if found is not None:
        if found.lifecycle_stage != "active":
            client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)
    file = database_file(client.tracking_uri)
    location = (file.parent / _ARTIFACTS).as_uri() if file else None
    try:
        return str(client.create_experiment(name, artifact_location=location, tags=_KIND))
    except MlflowException:
        # Someone else made it between the two calls.
        again = client.get_experiment_by_name(name)
        if again is None:
            raise
        return str(again.experiment_id)


def _create_database(uri: str) -> None:
    """Make a new SQLite database under a temporary name: a kill amid its migrations must not leave half a schema."""
    file = database_file(uri)
    if file is None or file.exists():
        return
    # Not in mlflow-skinny, which is enough where a server keeps the registry.
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore  # noqa: PLC0415

    with exclusive(uri, "create"):
        if file.exists():
            return
        partial = file.with_name(f".{file.name}.partial")
        for leftover in file.parent.glob(f"{partial.name}*"):
            leftover.unlink()
        store = SqlAlchemyStore(f"sqlite:///{partial}", (file.parent / _ARTIFACTS).as_uri())
        store.engine.dispose()
        partial.replace(file)
