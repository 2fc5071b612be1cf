"""What a Parquet file of ours says of itself: one entry of its metadata, as JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from vaegis.durable import canonical_json, finite

KEY: Final = b"vaegis"


def signed(table: pa.Table, record: Mapping[str, Any]) -> pa.Table:
    """Return the table with what is said of it."""
    return table.replace_schema_metadata({**(table.schema.metadata or {}), KEY: canonical_json(finite(record))})


def origin_of(path: Path) -> dict[str, Any]:
    """Return what a file says of itself; nothing if it is not ours, or no Parquet file at all."""
    try:
        said = (pq.read_schema(path).metadata or {}).get(KEY, b"{}")
        record: dict[str, Any] = json.loads(said)
    except (pa.ArrowException, OSError, ValueError):
        return {}
    return record


def is_generated(path: Path) -> bool:
    """Whether a file holds generated rows, which their seed gives again."""
    return origin_of(path).get("synthetic") is True
