"""Log a bundle as an MLflow model: code and safetensors, no pickle."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import LoggedModel, LoggedModelStatus

import vaegis
from vaegis import paths
from vaegis.contract import conform
from vaegis.fitted.model import FittedModel
from vaegis.registry.answer import ALL, FALSE_ALARM_RATE, answer
from vaegis.registry.names import CONTENT_DIGEST
from vaegis.registry.requirements import pinned_requirements
from vaegis.registry.signature import make_signature

_CODE = Path(vaegis.__file__).parent
_NAME = "model"
REFERENCE = "reference.safetensors"
"""Beside the bundle: what new rows are held against."""


def find_or_log(
    client: MlflowClient, run: str, bundle: Path, rows: pd.DataFrame, rate: float, beside: Mapping[str, Path]
) -> LoggedModel:
    """Return the run's logged model of this bundle; one that a killed process left unfinished is removed first.

    `rows` are a few clean ones, for the example and the signature's outputs; `rate` is the default behind `flag`;
    `beside` are the files and folders that travel with it, such as cards and evidence, by a name for each.
    """
    model = FittedModel.load(bundle)
    experiment = client.get_run(run).info.experiment_id
    for found in _logged(client, experiment, run):
        ready = found.status == LoggedModelStatus.READY
        if ready and found.tags.get(CONTENT_DIGEST) == model.content_digest:
            return found
        if not ready:
            client.delete_logged_model(found.model_id)
    return _log(client, run, model, bundle, rows, rate, beside)


def _logged(client: MlflowClient, experiment: str, run: str) -> Sequence[LoggedModel]:
    return list(client.search_logged_models([experiment], filter_string=f"source_run_id = '{run}'"))


def _log(
    client: MlflowClient,
    run: str,
    model: FittedModel,
    bundle: Path,
    rows: pd.DataFrame,
    rate: float,
    beside: Mapping[str, Path],
) -> LoggedModel:
    example = conform(rows, model.schema.inputs).reset_index(drop=True)
    signature = make_signature(model.schema, answer(model, example, {"task": ALL, FALSE_ALARM_RATE: rate}), rate)
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run(run_id=run):
        # MLflow keeps artifacts under their own folder's name, which should not depend on where they came from.
        stored = Path(shutil.copytree(bundle, Path(folder) / "bundle"))
        if paths.MODEL_REFERENCE.is_file():
            # Evidence beside the bundle's parts, not one of them: whoever serves the version can watch it.
            shutil.copy(paths.MODEL_REFERENCE, stored / REFERENCE)
        info = mlflow.pyfunc.log_model(
            name=_NAME,
            python_model=str(_CODE / "registry" / "served.py"),
            artifacts={"bundle": str(stored), **{name: str(path) for name, path in beside.items()}},
            code_paths=[str(_CODE)],
            signature=signature,
            input_example=example.astype(object).where(example.notna(), None).to_dict(orient="records"),
            pip_requirements=pinned_requirements(model.config.prior),
            tags={CONTENT_DIGEST: model.content_digest},
        )
    return client.get_logged_model(info.model_id)
