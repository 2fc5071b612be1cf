"""What `score` and `sample` work with: a fitted model and tables in Parquet files. Imports torch."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import vaegis
from vaegis.config.load import load_section
from vaegis.config.register import RegisterConfig
from vaegis.durable import replacing
from vaegis.errors import ArtifactError, DataError
from vaegis.fitted.model import FittedModel


def open_model(address: str) -> tuple[str, FittedModel]:
    """Load the model at `address`, or the champion of params.yaml's model; return the address too."""
    chosen = address or f"models:/{load_section('register', RegisterConfig).model}@champion"
    return chosen, vaegis.load(chosen)


def read_table(path: Path) -> pd.DataFrame:
    """Read a Parquet file.

    Raises:
        ArtifactError: there is none.
        DataError: it is not Parquet.
    """
    if not path.is_file():
        raise ArtifactError(f"{path} does not exist", allowed="a Parquet file", where="INPUT")
    try:
        return pq.read_table(path).to_pandas().reset_index(drop=True)
    except pa.ArrowException:
        raise DataError(f"{path} cannot be read as Parquet", allowed="a Parquet file", where="INPUT") from None


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a Parquet file atomically."""
    with replacing(path) as temporary:
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), temporary, compression="zstd")
