"""Read what `pull` wrote and write what `validate` found."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vaegis import paths
from vaegis.bundle import file_digest
from vaegis.durable import replacing, write_json
from vaegis.errors import ArtifactError
from vaegis.quality.quarantine import COLUMNS
from vaegis.quality.validate import Pulled, Validation


def read_pulled() -> Pulled:
    """Read the pulled tables; a missing or broken file is an `ArtifactError`."""
    return Pulled(
        rows=_read(paths.PULLED_ROWS),
        source=_read(paths.PULLED_SOURCE_KEYS).to_pandas(),
        coverage=_read(paths.PULLED_COVERAGE).to_pandas(),
        duplicate_rows=_read(paths.PULLED_DUPLICATES).num_rows,
        joined={path.stem: _read(path).to_pandas() for path in sorted(paths.PULLED_JOINED.glob("*.parquet"))},
    )


def write_validation(validation: Validation) -> None:
    """Write quarantine, clean rows and, last, the report, which names the clean rows by their digest."""
    columns = pa.schema([(name, pa.string()) for name in COLUMNS])
    reasons: pd.DataFrame = validation.quarantine
    _write(paths.QUARANTINE, pa.Table.from_pandas(reasons, schema=columns, preserve_index=False))
    _write(paths.CLEAN_ROWS, validation.clean)
    write_json(paths.VALIDATION_REPORT, {**validation.report, "clean_sha256": file_digest(paths.CLEAN_ROWS)})


def _read(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except FileNotFoundError:
        raise ArtifactError(f"{path} does not exist", where="run `dvc repro pull`") from None
    except (pa.ArrowInvalid, OSError) as error:
        what = f"{path} is not a whole Parquet file ({str(error).splitlines()[0]})"
        raise ArtifactError(what, where="delete it and run `dvc repro pull`") from None


def _write(path: Path, table: pa.Table) -> None:
    with replacing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")
