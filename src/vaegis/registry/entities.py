"""Whom a version learned from: every entity with its number of rows, as pseudonyms, kept with the model as evidence.

entities.parquet    one column a key: the first 16 bytes of the SHA-256 of `NAME=VALUE`; rows; sorted

A pseudonym keeps names out of the registry's files and answers exactly whether somebody asked for is in it. It is no
secret: whoever can guess a name can look for it.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.data.split import assign_roles
from vaegis.durable import replacing
from vaegis.errors import ArtifactError, ConfigError

FILE: Final = "entities.parquet"
LEARNED: Final = ("train", "validation", "calibration")
"""Roles of the rows that shape a model: weights, when training ended, thresholds. Rows for test shape nothing."""
ROWS: Final = "rows"
_BYTES: Final = 16


def pseudonym(key: str, value: object) -> bytes:
    """Return what stands for an entity key's value."""
    return hashlib.sha256(f"{key}={value}".encode()).digest()[:_BYTES]


def write_entities(path: Path, rows: Path, schema: TableSchema, split: SplitConfig) -> int:
    """Write the entities that a model of these rows learned from; return how many.

    Args:
        path: where to.
        rows: Parquet file of the clean rows, of which only keys and times are read.
        schema: its contract.
        split: which rows are for what.
    """
    frame = pq.read_table(rows, columns=[*schema.keys, schema.time]).to_pandas().reset_index()
    learned = frame[assign_roles(frame, schema, split).isin(LEARNED)]
    counted = learned.groupby(list(schema.keys), dropna=False, observed=True).size().reset_index(name=ROWS)
    columns = {key: [pseudonym(key, value) for value in counted[key]] for key in schema.keys}
    table = pa.table({**columns, ROWS: pa.array(counted[ROWS], pa.int64())}).sort_by(
        [(key, "ascending") for key in schema.keys]
    )
    with replacing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")
    return int(table.num_rows)


def rows_of(path: Path, wanted: Mapping[str, str]) -> int:
    """Return how many rows of an entity a version learned from: 0, it never saw it.

    Args:
        path: the version's entities.
        wanted: key -> value; several narrow it down.

    Raises:
        ConfigError: a key that the table does not have.
        ArtifactError: the file cannot be read.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise ArtifactError(f"{path} cannot be read ({type(error).__name__})") from None
    keys = [name for name in table.column_names if name != ROWS]
    for key in wanted:
        if key not in keys:
            raise ConfigError(f"{key} is no entity key", allowed=", ".join(keys), where="--entity")
    frame: pd.DataFrame = table.to_pandas()
    for key, value in wanted.items():
        frame = frame[frame[key] == pseudonym(key, value)]
    return int(frame[ROWS].sum())
