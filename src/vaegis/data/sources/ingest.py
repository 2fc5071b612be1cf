"""Write a demo source into the store: whole or not at all, and not twice."""

import hashlib
import logging
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vaegis.data.artifact import fetch
from vaegis.data.sources.source import Source
from vaegis.durable import canonical_json, read_json, replacing, write_json
from vaegis.errors import ArtifactError

_log = logging.getLogger(__name__)


def ingest(source: Source, store: Path, receipt: Path) -> dict[str, Any]:
    """Bring the store to hold the source's tables and return the record of what was ingested.

    Tables that stand under a matching receipt are left alone, with every correction made to them since;
    the receipt is written last, so whatever a killed run left is written anew.
    """
    key = ingest_key(source)
    record = known_record(receipt, key)
    missing = [name for name in record.get("tables", {}) if not table_path(store, name).is_file()]
    if record and not missing:
        _log.info("%s: already in %s", source.name, store)
        return record
    tables = source.read(fetch(source.artifact))
    for name in missing or tables:
        write_table(table_path(store, name), tables[name])
        _log.info("%s: %d rows into %s", name, tables[name].num_rows, table_path(store, name))
    record = describe(source, tables)
    write_json(receipt, {"key": key, "record": record})
    return record


def ingest_key(source: Source) -> str:
    """Return the SHA-256 of what decides the ingested bytes."""
    parts = {"source": source.name, "artifact": source.artifact.sha256, "revision": source.revision}
    return hashlib.sha256(canonical_json(parts)).hexdigest()


def describe(source: Source, tables: dict[str, pa.Table]) -> dict[str, Any]:
    """Return what was ingested as plain JSON: the same on every machine."""
    return {
        "source": source.name,
        "artifact": {"file": source.artifact.filename, "sha256": source.artifact.sha256},
        "licence": source.licence,
        "attribution": source.attribution,
        "tables": {name: {"rows": table.num_rows} for name, table in sorted(tables.items())},
    }


def table_path(store: Path, name: str) -> Path:
    """Return where a table of the store lies."""
    return store / f"{name}.parquet"


def write_table(path: Path, table: pa.Table) -> None:
    """Write one Parquet file atomically."""
    with replacing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def known_record(receipt: Path, key: str) -> dict[str, Any]:
    """Return what the receipt says was ingested under this very key; nothing if it was another."""
    known = _receipt(receipt)
    return dict(known.get("record", {})) if known.get("key") == key else {}


def _receipt(path: Path) -> dict[str, Any]:
    """Read the receipt; a broken one counts as none, since the store can be written again."""
    try:
        receipt = read_json(path)
    except ArtifactError:
        return {}
    return receipt if isinstance(receipt, dict) else {}
