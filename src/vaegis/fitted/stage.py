"""What the stages `train` and `baseline` share: admitted rows in, a bundle and its curves out."""

import logging
import shutil
from dataclasses import asdict
from pathlib import Path

from vaegis import paths
from vaegis.config.model import ModelConfig
from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.data.roles import read_roles
from vaegis.data.split import require_roles
from vaegis.data.stream import frames, stream_rows
from vaegis.durable import write_bytes
from vaegis.fitted.build import RoleStreams, fit_model
from vaegis.fitted.export import attach_onnx
from vaegis.lineage import lineage_key
from vaegis.training.sink import MetricSink

_LOG = logging.getLogger(__name__)


def stage_key(stage: str, config: ModelConfig, split: SplitConfig) -> str:
    """Return the lineage key of a training stage."""
    return lineage_key(stage, {**config.sections(stage), "split": asdict(split)})


def role_streams(schema: TableSchema, rows: Path, split: SplitConfig) -> RoleStreams:
    """Cut a Parquet file by role; rows that a label marks stay out of calibration, which must be normal."""
    labels = [column.name for column in schema.labels]
    roles = read_roles(frames(stream_rows(rows, [*schema.keys, schema.time, *labels])()), schema, split, labels)
    require_roles(roles.counts())
    inputs = [column.name for column in schema.inputs]
    return RoleStreams(
        train=stream_rows(rows, inputs, roles.are("train")),
        validation=stream_rows(rows, inputs, roles.are("validation")),
        calibration=stream_rows(rows, inputs, roles.are("calibration")),
    )


def train_stage(
    key: str, config: ModelConfig, split: SplitConfig, sink: MetricSink, *, bundle: Path, history: Path, served: bool
) -> None:
    """Fit on the admitted rows and write the bundle and its curves; a killed run resumes under the same key.

    A model that is to be `served` gets its ONNX form beside its parts.
    """
    schema = TableSchema.load(paths.SCHEMA)
    folder = paths.SCRATCH / "train" / key
    fitted = fit_model(schema, role_streams(schema, paths.CLEAN_ROWS, split), config, folder=folder, sink=sink)
    if fitted is None:
        return
    model, curves = fitted
    write_bytes(history, curves.to_csv().encode())
    digest = model.save(bundle)
    if served:
        attach_onnx(model, bundle)
    shutil.rmtree(folder, ignore_errors=True)
    _LOG.info("%s: %s, content digest %s", bundle, model.kind, digest[:12])
