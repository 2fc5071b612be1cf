"""Which rows of a Parquet file belong to an entity: found by filters, never by reading the whole table."""

import difflib
from bisect import bisect_left
from collections.abc import Sequence
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vaegis.contract import TableSchema
from vaegis.data.split import entity_names
from vaegis.errors import ArtifactError, ConfigError, DataError

_NAMED: Final = 3
"""Entities that an error proposes."""
_COMPARED: Final = 2_000
"""Names that are compared letter by letter; of more, those that stand nearest in the alphabet."""


def open_rows(path: Path, schema: TableSchema, columns: Sequence[str]) -> pa.Schema:
    """Return the schema of a Parquet file after it was seen to hold keys, time and `columns`.

    Raises:
        ArtifactError: there is no such file, or it is not Parquet.
        DataError: a column is missing, or the time is none.
    """
    if not path.is_file():
        raise ArtifactError(
            f"{path} does not exist", allowed="a Parquet file of rows", where="--rows, or run `vaegis repro`"
        )
    try:
        found = pq.read_schema(path)
    except pa.ArrowInvalid:
        raise ArtifactError(f"{path} is not a Parquet file", where=str(path)) from None
    for name in (*schema.keys, schema.time):
        if name not in found.names:
            what = f"{path} has no column {name!r}, so no row of it can be named by entity and time"
            raise DataError(what, allowed=", ".join(found.names), where=str(path))
    if missing := [name for name in columns if name not in found.names]:
        raise DataError(f"{path} has no column {missing[0]!r}, which the model reads", where=str(path))
    if not pa.types.is_timestamp(found.field(schema.time).type):
        what = f"{path}: column {schema.time!r} holds {found.field(schema.time).type}"
        raise DataError(what, allowed="timestamps", where=str(path))
    return found


def of_entity(path: Path, found: pa.Schema, schema: TableSchema, entity: str) -> pc.Expression:
    """Return what is true of an entity's rows in a file of schema `found`: its keys, joined by `|` in a row's name.

    Raises:
        ConfigError: it has another number of keys.
        DataError: no row can be of it.
    """
    keys, parts = schema.keys, entity.split("|")
    if len(parts) != len(keys):
        what = f"{entity!r} is {len(parts)} key{'s' * (len(parts) > 1)}"
        raise ConfigError(what, allowed=f"all {len(keys)} in one word: '{'|'.join(keys)}'", where="ENTITY")
    try:
        tests = [
            pc.field(name) == pa.scalar(part).cast(_plain(found.field(name).type))
            for name, part in zip(keys, parts, strict=True)
        ]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise unknown_entity(path, schema, entity) from None
    return reduce(and_, tests)


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def unknown_entity(path: Path, schema: TableSchema, entity: str) -> DataError:
    """Say that a file holds no row of an entity, and which are called nearly so."""
    table = pq.read_table(path, columns=schema.keys).group_by(schema.keys).aggregate([])
    names = sorted(entity_names(table.to_pandas(), schema.keys).dropna().astype(str))
    if not names:
        return DataError(f"{path} holds no rows", allowed="at least one", where=str(path))
    near = ", ".join(repr(name) for name in nearest_names(entity, names))
    return DataError(f"no row of {path} is of {entity!r}", allowed=f"{len(names):,} entities, nearest {near}")


def nearest_names(wanted: str, names: Sequence[str]) -> list[str]:
    """Return the names that look most like one; `names` are sorted."""
    place = bisect_left(names, wanted)
    close = names[max(0, place - _COMPARED // 2) : place + _COMPARED // 2]
    return difflib.get_close_matches(wanted, close, n=_NAMED, cutoff=0.0)
