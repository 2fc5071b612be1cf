"""A table of separated text, in one file or many: found how it is written, and its cells read."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from vaegis.data.files.column_names import clean_names, renamed
from vaegis.data.files.dialect import SEPARATORS, Dialect, find_dialect, find_header
from vaegis.data.files.file_format import FileFormat
from vaegis.data.files.parts import Part
from vaegis.data.files.raw_table import Cutting, read_cells
from vaegis.data.files.source_text import find_encoding, read_head
from vaegis.errors import DataError


@dataclass(frozen=True, slots=True)
class Found:
    """How a text is written, and its columns as named in it."""

    cutting: Cutting
    nameless: tuple[str, ...]
    """Columns whose header is empty."""
    notes: tuple[str, ...]


def find_cutting(part: Part, *, separator: str | None = None, header: bool | None = None) -> Found:
    """Find how the first file of a table is written.

    Raises:
        DataError: there is a header but no row, or one column whose cells hold separators.
    """
    encoding = find_encoding(part.path)
    dialect = find_dialect(read_head(part.path, encoding), separator=separator, header=header)
    if not dialect.records:
        raise DataError(f"{part.name} holds a header and no rows", allowed="rows of values", where="the file")
    if dialect.width == 1:
        _refuse_uncut(part, dialect)
    cells = dialect.names if dialect.header else tuple(f"column_{place}" for place in range(1, dialect.width + 1))
    names = clean_names(cells)
    cutting = Cutting(
        encoding=encoding,
        separator=dialect.separator,
        quote=dialect.quote,
        skip_lines=dialect.skip_lines,
        header=dialect.header,
        names=names,
    )
    nameless = tuple(name for name, cell in zip(names, cells, strict=True) if not cell)
    return Found(cutting, nameless, tuple(_notes(part, cutting, dialect, cells)))


def read_part(part: Part, written: FileFormat) -> pa.Table:
    """Read the cells of one file as the format says; columns by name, whatever their order.

    Raises:
        DataError: a column is gone.
    """
    cutting = cutting_of(part, written)
    table = read_cells(part.path, cutting)
    wanted = [name for name in written.types if name not in written.folders]
    gone = [name for name in wanted if name not in table.column_names]
    if gone:
        raise DataError(f"{part.name}: column {gone[0]!r} is missing", allowed=", ".join(wanted[:30]), where="the file")
    return with_folders(table.select(wanted), part)


def cutting_of(part: Part, written: FileFormat) -> Cutting:
    """Return how one file falls into cells: its own encoding and order of columns, all else as written down."""
    encoding = find_encoding(part.path)
    names = tuple(name for name in written.types if name not in written.folders)
    if written.header:
        head = read_head(part.path, encoding)
        names = clean_names(find_header(_below(head, written.skip_lines), written.separator))
    return Cutting(
        encoding=encoding,
        separator=written.separator,
        quote=written.quote,
        skip_lines=written.skip_lines,
        header=written.header,
        names=names,
    )


def with_folders(table: pa.Table, part: Part) -> pa.Table:
    """Add what the folders say as columns of text."""
    for name, value in part.values:
        table = table.append_column(name, pa.array([value] * table.num_rows, pa.string()))
    return table


def _below(head: str, lines: int) -> str:
    return "".join(head.splitlines(keepends=True)[lines:])


def _refuse_uncut(part: Part, dialect: Dialect) -> None:
    cells = [*dialect.names, *(row[0] for row in dialect.records)]
    for other in SEPARATORS:
        if other not in (dialect.separator, " ") and all(other in cell for cell in cells):
            what = f"{part.name}: one column, all of whose cells hold {other!r}"
            raise DataError(what, allowed="a separator that makes columns", where=f"--separator {other!r}")


def _notes(part: Part, cutting: Cutting, dialect: Dialect, cells: Sequence[str]) -> list[str]:
    notes = []
    if not cutting.header:
        first = ", ".join(dialect.records[0][:4])
        notes.append(
            f"{part.name} has no header (its first line is {first!r}): columns are column_1 to column_{dialect.width}"
        )
    if cutting.skip_lines:
        notes.append(f"the first {cutting.skip_lines} lines are not part of the table")
    if cutting.separator not in ",\t":
        notes.append(f"the separator is {cutting.separator!r}")
    if cutting.encoding not in ("utf-8", "utf-8-sig"):
        notes.append(f"the encoding is {cutting.encoding}")
    if cutting.header and (told := renamed(cells, cutting.names)):
        notes.append(f"columns have plain names: {told}")
    return notes
