"""Write a user's file into the store: again whenever its bytes or its definition change, whole or not at all."""

import hashlib
import logging
from pathlib import Path
from typing import Any

from vaegis.bundle import file_digest
from vaegis.data.files.parts import find_parts
from vaegis.data.files.table_file import read
from vaegis.data.sources.file import NAME, FileTable
from vaegis.data.sources.ingest import known_record, table_path, write_table
from vaegis.durable import canonical_json, write_json
from vaegis.errors import ArtifactError, ConfigError

_log = logging.getLogger(__name__)


def ingest_file(path: str, feature_repo: Path, store: Path, receipt: Path) -> dict[str, Any]:
    """Bring the store to hold the file's rows and return the record of what was ingested.

    `path` is a file or folder, relative to the project or absolute. The table stays as it is while bytes and definition
    are those of the receipt; what no longer fits the definition leaves it untouched.

    Raises:
        ConfigError: no path is given, or nothing is there.
        ArtifactError: the file cannot be read.
        DataError: the file does not fit its definition.
    """
    source = _source(path, store, receipt)
    table = FileTable.load(feature_repo / NAME)
    files = {part.name: file_digest(part.path) for part in find_parts(source)}
    key = hashlib.sha256(canonical_json({"files": files, "definition": table.to_json()})).hexdigest()
    record = known_record(receipt, key)
    target = table_path(store, table.name)
    if record and target.is_file():
        _log.info("%s: already in %s", source.name, store)
        return record
    rows = table.store(read(source, table.written))
    write_table(target, rows)
    _log.info("%s: %d rows into %s", source.name, rows.num_rows, target)
    record = {
        "source": "file",
        "file": source.name,
        "files": len(files),
        "sha256": hashlib.sha256(canonical_json(files)).hexdigest(),
        "tables": {table.name: {"rows": rows.num_rows}},
    }
    write_json(receipt, {"key": key, "record": record})
    return record


def _source(path: str, store: Path, receipt: Path) -> Path:
    if not path:
        raise ConfigError("ingest.path is empty", allowed="a file or folder", where="params.yaml: ingest.path")
    source = Path(path)
    if source.exists():
        return source
    held = any(store.glob("*.parquet")) and receipt.is_file()
    kept = "; the store still holds its rows, and `source: none` would keep them as they are" if held else ""
    raise ArtifactError(f"ingest.path: {path} does not exist{kept}", where="params.yaml: ingest.path")
