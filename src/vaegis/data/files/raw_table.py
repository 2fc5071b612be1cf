"""Separated text as a table of texts: every cell as it stands, every line of another width named."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv

from vaegis.data.files.source_text import unpacked
from vaegis.errors import ArtifactError, DataError

BLOCK_BYTES = 1 << 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Cutting:
    """What decides how text falls into cells."""

    encoding: str
    separator: str
    quote: str
    skip_lines: int
    header: bool
    names: tuple[str, ...]
    """Of all columns, in the file's order, each once."""


def read_cells(path: Path, cutting: Cutting) -> pa.Table:
    """Read a file of separated text; every column is text, blanks and all.

    Raises:
        DataError: a line has more or fewer cells than there are columns.
        ArtifactError: the file cannot be decoded.
    """
    wrong: list[Any] = []

    def note(row: Any) -> str:
        wrong.append(row)
        return "skip"

    read = csv.ReadOptions(
        use_threads=False,  # else rows have no number
        block_size=BLOCK_BYTES,
        encoding="utf-8" if cutting.encoding == "utf-8-sig" else cutting.encoding,
        skip_rows=cutting.skip_lines,
        column_names=list(cutting.names),
        skip_rows_after_names=int(cutting.header),
    )
    parse = csv.ParseOptions(
        delimiter=cutting.separator,
        quote_char=cutting.quote or False,
        newlines_in_values=bool(cutting.quote),
        invalid_row_handler=note,
    )
    types = dict.fromkeys(cutting.names, pa.string())
    convert = csv.ConvertOptions(column_types=types, strings_can_be_null=False)
    try:
        with unpacked(path) as file:
            table = csv.read_csv(file, read, parse, convert)
    except UnicodeDecodeError as error:
        raise ArtifactError(
            f"{path} is not {cutting.encoding} throughout ({error.reason} at byte {error.start})"
        ) from None
    except pa.ArrowInvalid as error:
        raise DataError(f"{path} cannot be read: {error}", where="the file") from None
    if wrong:
        raise _ragged(path, wrong, cutting)
    return table


def _ragged(path: Path, wrong: Sequence[Any], cutting: Cutting) -> DataError:
    first = wrong[0]
    at = f"row {first.number - cutting.skip_lines - int(cutting.header)}" if first.number else "a row"
    text = first.text if len(first.text) <= 60 else first.text[:57] + "..."
    what = f"{path.name}, {at} has {first.actual_columns} cells ({text!r}; {len(wrong)} such rows)"
    return DataError(what, allowed=f"{first.expected_columns} cells, as most lines have", where="the file")
