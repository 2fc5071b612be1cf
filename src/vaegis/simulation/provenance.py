"""Simulated rows as a Parquet file that says of itself what it is."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import vaegis
from vaegis.data.origin import origin_of, signed
from vaegis.durable import write_bytes
from vaegis.errors import DataError
from vaegis.simulation.simulate import Simulated


def provenance(simulated: Simulated, address: str) -> dict[str, Any]:
    """Return where rows are from; the same model and scenario give the same record."""
    steps = simulated.steps
    return {
        "synthetic": True,
        "model": address,
        "content_digest": simulated.content_digest,
        "scenario": simulated.scenario.to_json(),
        "seed": simulated.scenario.seed,
        "acceptance": None if steps["acceptance"].isna().all() else float(steps["acceptance"].min()),
        "vaegis": vaegis.__version__,
    }


def parquet(simulated: Simulated, address: str) -> bytes:
    """Return the rows as a Parquet file, their provenance in its metadata."""
    table = signed(pa.Table.from_pandas(simulated.rows, preserve_index=False), provenance(simulated, address))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def write_simulated(path: Path, simulated: Simulated, address: str) -> None:
    """Write that file atomically."""
    write_bytes(path, parquet(simulated, address))


def read_provenance(path: Path) -> dict[str, Any]:
    """Return the provenance of a file.

    Raises:
        DataError: it has none, so its rows are not known to be simulated.
    """
    if not (record := origin_of(path)):
        raise DataError(f"{path} says nothing of its origin", allowed="a file of `vaegis simulate`", where=str(path))
    return record
