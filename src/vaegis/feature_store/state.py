"""A stable fingerprint of what the store offers, without Feast: new or corrected data changes it, looking does not."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vaegis.bundle import file_digest
from vaegis.errors import ArtifactError


def fingerprint(places: Sequence[str], definitions: str = "") -> dict[str, Any]:
    """Describe every Parquet file in the places, files or folders: rows, columns, span of its times, SHA-256.

    `definitions` is a Feast repository elsewhere, whose own files are named by their digests. Sorted, no clock.

    Raises:
        ArtifactError: a place is not there, or a file is not whole.
    """
    found = {place: _place(Path(place)) for place in sorted(places)}
    return found | {definitions: _definitions(Path(definitions))} if definitions else found


def _definitions(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        what = f"the Feast repository {folder} does not exist"
        raise ArtifactError(what, where="params.yaml: source_state.definitions and pull.repository")
    files = [*folder.rglob("*.py"), folder / "feature_store.yaml"]
    return {str(file.relative_to(folder)): {"sha256": file_digest(file)} for file in sorted(files) if file.is_file()}


def _place(folder: Path) -> dict[str, Any]:
    if folder.is_file():
        return _file(folder)
    if not folder.is_dir():
        raise ArtifactError(
            f"folder {folder} does not exist",
            where="params.yaml: source_state.folders, or run `dvc repro ingest`",
        )
    files = sorted(file for file in folder.rglob("*.parquet") if not file.name.startswith("."))
    return {str(file.relative_to(folder)): _file(file) for file in files}


def _file(path: Path) -> dict[str, Any]:
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            return {
                "rows": file.metadata.num_rows,
                "columns": {field.name: str(field.type) for field in schema},
                "times": {field.name: _span(file, field.name) for field in schema if pa.types.is_temporal(field.type)},
                "sha256": file_digest(path),
            }
    except (pa.ArrowInvalid, OSError) as error:
        raise ArtifactError(f"{path} is not a whole Parquet file ({error})", where=str(path)) from None


def _span(file: pq.ParquetFile, column: str) -> list[str] | None:
    """Return the first and last value: from the file's statistics where it has them all, else from the column."""
    number = file.schema_arrow.get_field_index(column)
    groups = [file.metadata.row_group(group).column(number) for group in range(file.metadata.num_row_groups)]
    if groups and all(group.is_stats_set and group.statistics.has_min_max for group in groups):
        ends = [min(group.statistics.min for group in groups), max(group.statistics.max for group in groups)]
    else:
        found = pc.min_max(file.read(columns=[column])[column]).as_py()
        ends = [found["min"], found["max"]]
    return None if None in ends else [value.isoformat() for value in ends]
