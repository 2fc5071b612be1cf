"""A user's file: find how it is written, and read it by what was found, the same way every time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vaegis.data.files.cells import CellType, find_type, to_values
from vaegis.data.files.file_format import MISSING, FileFormat
from vaegis.data.files.number_marks import PLAIN, Marks
from vaegis.data.files.parquet_table import is_text, read_parquet, type_of, typed_values
from vaegis.data.files.parts import Part, find_parts
from vaegis.data.files.source_text import is_parquet
from vaegis.data.files.text_table import find_cutting, read_part, with_folders
from vaegis.data.files.times import EPOCHS, ISO, offsets, require_zone
from vaegis.errors import ConfigError, DataError


def sniff(
    path: Path,
    *,
    header: bool | None = None,
    separator: str | None = None,
    decimal: str = "",
    missing: Sequence[str] = (),
    zone: str = "UTC",
) -> FileFormat:
    """Find how a file, or every file of a folder, is written, looking at every cell.

    `header`, `separator` and `decimal` settle what would be found; `missing` are further spellings of a missing value.

    Raises:
        ArtifactError: nothing is there, or it is no table.
        DataError: it is a table, but one that can be read in two ways, of which only a person knows the right one.
    """
    separator = _settled(separator, decimal)
    require_zone(zone)
    parts = find_parts(path)
    if is_parquet(parts[0].path):
        return _sniff_parquet(parts, missing, zone)
    found = find_cutting(parts[0], separator=separator, header=header)
    cutting, folders = found.cutting, tuple(name for name, _ in parts[0].values)
    written = FileFormat(
        form="csv",
        types=dict.fromkeys((*cutting.names, *folders), "text"),
        encoding=cutting.encoding,
        separator=cutting.separator,
        quote=cutting.quote,
        skip_lines=cutting.skip_lines,
        header=cutting.header,
        missing=(*MISSING, *missing),
        zone=zone,
        folders=folders,
        notes=found.notes,
    )
    cells = _cells(parts, written)
    hollow = [name for name in found.nameless if not pc.any(pc.not_equal(_text(cells[name]), "")).as_py()]
    kept = {name: kind for name, kind in written.types.items() if name not in hollow}
    return _with_types(replace(written, types=kept), cells, decimal)


def _settled(separator: str | None, decimal: str) -> str | None:
    r"""Return a given separator as one character: `tab` and `\t` are names for it."""
    separator = "\t" if separator in ("tab", "\\t") else separator
    if separator is not None and len(separator) != 1:
        raise ConfigError(f"separator {separator!r}", allowed="one character, or tab", where="--separator")
    if decimal not in ("", ".", ","):
        raise ConfigError(f"decimal mark {decimal!r}", allowed="a point or a comma", where="--decimal")
    return separator


def read(path: Path, written: FileFormat) -> pd.DataFrame:
    """Read a table as `written` says: float64, int64, text as object with None, times in UTC.

    Raises:
        ArtifactError: nothing is there, or it is no table.
        DataError: the table does not fit the format: a column is gone, or a cell is of another type.
    """
    parts = find_parts(path)
    if is_parquet(parts[0].path) != (written.form == "parquet"):
        raise DataError(
            f"{path} is not {written.form}", allowed=written.form, where="the file, or make the project anew"
        )
    table = _parquet(parts, list(written.types)) if written.form == "parquet" else _cells(parts, written)
    return pd.DataFrame({name: _values(name, table[name], written) for name in written.types})


def _cells(parts: Sequence[Part], written: FileFormat) -> pa.Table:
    return pa.concat_tables([read_part(part, written) for part in parts])


def _parquet(parts: Sequence[Part], wanted: Sequence[str] = ()) -> pa.Table:
    tables = [with_folders(read_parquet(part), part) for part in parts]
    names = list(wanted) or tables[0].column_names
    for part, table in zip(parts, tables, strict=True):
        if gone := [name for name in names if name not in table.column_names]:
            raise DataError(
                f"{part.name}: column {gone[0]!r} is missing", allowed=", ".join(names[:30]), where="the file"
            )
    try:
        return pa.concat_tables([table.select(names) for table in tables], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise DataError(f"the files of {parts[0].path.parent} differ: {error}", allowed="the same types") from None


def _sniff_parquet(parts: Sequence[Part], missing: Sequence[str], zone: str) -> FileFormat:
    table = _parquet(parts)
    types = {name: type_of(table[name]) for name in table.column_names}
    left_out = [name for name, kind in types.items() if not kind]
    notes = (f"{len(left_out)} columns of lists or trees are left out: {', '.join(left_out[:5])}",) if left_out else ()
    written = FileFormat(
        form="parquet",
        types={name: kind for name, kind in types.items() if kind},
        missing=(*MISSING, *missing),
        zone=zone,
        folders=tuple(name for name, _ in parts[0].values),
        notes=notes,
    )
    if not table.num_rows:
        raise DataError(f"{parts[0].name} holds no rows", allowed="rows of values", where="the file")
    return _with_types(written, table)


def _with_types(written: FileFormat, table: pa.Table, decimal: str = "") -> FileFormat:
    """Look at the columns of text; one that Parquet has typed as text can only turn out to be a time."""
    texts = [name for name in written.types if is_text(table[name].type)]
    found = {name: find_type(name, _text(table[name]), written.missing, decimal) for name in texts}
    if not decimal and any(cell.marks.decimal == "," for cell in found.values()):
        # One column that can only be read with decimal commas decides for those that can be read either way.
        doubtful = [name for name, cell in found.items() if not cell.marks.is_proven]
        found |= {name: find_type(name, _text(table[name]), written.missing, ",") for name in doubtful}
    if written.form == "parquet":
        found = {name: cell for name, cell in found.items() if cell.type == "time" or name in written.folders}
    marks = {name: cell.marks for name, cell in found.items() if cell.marks != PLAIN}
    return replace(
        written,
        types={**written.types, **{name: cell.type for name, cell in found.items()}},
        times={name: cell.time for name, cell in found.items() if cell.time},
        marks={name: mark.decimal + mark.thousands for name, mark in marks.items()},
        affixes={name: mark.sign for name, mark in marks.items() if mark.sign},
        notes=(*written.notes, *_notes(written, table, found)),
    )


def _notes(written: FileFormat, table: pa.Table, found: Mapping[str, CellType]) -> list[str]:
    notes = [f"{name}: {cell.note}" for name, cell in found.items() if cell.note]
    for name, cell in found.items():
        if cell.type == "time":
            notes += _about_zones(name, cell.time, _text(table[name]), written)
    return notes


def _about_zones(name: str, shape: str, texts: pa.ChunkedArray, written: FileFormat) -> list[str]:
    if shape in EPOCHS:
        return [f"{name}: whole numbers read as {shape.removeprefix('epoch_')} since 1970"]
    held = pd.Series([text for text in texts.unique().to_pylist() if text not in written.missing], dtype=object)
    found = offsets(held) if shape == ISO else set()
    if found == {"", *found} and len(found) > 1:
        return [f"{name}: some stamps bear an offset from UTC and some do not; those are taken in {written.zone}"]
    if len(found) > 1:
        return [f"{name}: stamps bear {len(found)} different offsets from UTC; all are turned into UTC"]
    has_clock = held.str.contains(r"\d:\d").any()
    return (
        [f"{name}: stamps without a time zone are taken in {written.zone}"]
        if found in (set(), {""}) and has_clock
        else []
    )


def _values(name: str, column: pa.ChunkedArray, written: FileFormat) -> pd.Series:
    wanted = written.types[name]
    if not is_text(column.type) and type_of(column) != "text":
        return typed_values(name, column, wanted, written.zone)
    mark = written.marks.get(name, ".")
    cell = CellType(wanted, Marks(mark[:1], mark[1:], written.affixes.get(name, "")), written.times.get(name, ""))
    return to_values(name, _text(column), cell, written.missing, written.zone)


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the cells without the blanks around them; nothing where there is nothing."""
    return pc.fill_null(pc.utf8_trim_whitespace(column.cast(pa.string())), "")
