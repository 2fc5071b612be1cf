"""How a user's file becomes a table of the store: what `feature_repo/source.json` holds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import pandas as pd
import pyarrow as pa

from vaegis.data.files.file_format import FileFormat
from vaegis.durable import read_json, write_json
from vaegis.errors import ArtifactError, DataError
from vaegis.inference.inference import UNTIMED, Inference

NAME: Final = "source.json"
"""Its file beside the feature definitions."""
VERSION: Final = 1
_ARROW: Final = {
    "float64": pa.float64(),
    "int64": pa.int64(),
    "string": pa.string(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}
_ADDED: Final[dict[str, Callable[[int, str], pa.Array]]] = {
    "time": lambda rows, _name: pa.array([pd.Timestamp(UNTIMED)] * rows, _ARROW["timestamp"]),
    "row": lambda rows, _name: pa.array([f"{row:09d}" for row in range(1, rows + 1)], pa.string()),
    "series": lambda rows, name: pa.array([name] * rows, pa.string()),
}
"""What the added columns hold, by rows and the table's name; a row keeps its number when others are added."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileTable:
    """A table of the store that a file fills."""

    name: str
    written: FileFormat
    columns: dict[str, str]
    """The file's columns, in order, and their dtype in the contract."""
    time: str
    keys: tuple[str, ...]
    added: dict[str, str] = field(default_factory=dict)
    """Columns that ingest adds: what it holds (`time`, `row`, `series`) and its name."""

    @classmethod
    def of(cls, inference: Inference, written: FileFormat, name: str = "") -> Self:
        """Take what was inferred of a file's rows."""
        schema = inference.schema()
        return cls(
            name=name or inference.name,
            written=written,
            columns={guess.column.name: guess.column.dtype for guess in inference.guesses},
            time=schema.time,
            keys=tuple(schema.keys),
            added=dict(inference.added),
        )

    def store(self, frame: pd.DataFrame) -> pa.Table:
        """Return rows as they stand in the store: the contract's dtypes, added columns in front.

        Raises:
            DataError: a value is not of the contract's dtype, or a row has no key or no time.
        """
        columns = {name: _ADDED[what](len(frame), self.name) for what, name in self.added.items()}
        columns |= {name: _column(frame[name], dtype) for name, dtype in self.columns.items()}
        for name in (*self.keys, self.time):
            if lost := columns[name].null_count:
                what = f"column {name!r} names the rows, but is empty in {lost:,} of them"
                raise DataError(what, allowed="a value in every row", where="the file")
        return pa.table(columns)

    def save(self, path: Path) -> None:
        """Write the definition atomically."""
        write_json(path, self.to_json())

    def to_json(self) -> dict[str, Any]:
        """Return the definition as plain JSON; columns as pairs, since their order counts."""
        return {
            "version": VERSION,
            "name": self.name,
            "format": self.written.to_json(),
            "columns": [list(pair) for pair in self.columns.items()],
            "time": self.time,
            "keys": list(self.keys),
            "added": self.added,
        }

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a definition written by `save`.

        Raises:
            ArtifactError: it is missing, of another version, or no such thing.
        """
        if not path.is_file():
            raise ArtifactError(f"{path} does not exist", where="`vaegis init` writes it; or set ingest.source: none")
        record = read_json(path)
        try:
            if record["version"] != VERSION:
                raise ArtifactError(f"{path} has version {record['version']}", allowed=str(VERSION))
            return cls(
                name=record["name"],
                written=FileFormat.from_json(record["format"]),
                columns=dict(record["columns"]),
                time=record["time"],
                keys=tuple(record["keys"]),
                added=record["added"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ArtifactError(
                f"{path} is not a table's definition ({error!r})", where="make it with `vaegis init`"
            ) from None


def _column(values: pd.Series, dtype: str) -> pa.Array:
    wanted = _ARROW[dtype]
    try:
        return pa.Array.from_pandas(values, type=None if dtype == "int64" else wanted).cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        what = f"column {values.name!r} does not fit {dtype}: {error}"
        raise DataError(what, allowed=dtype, where="the file, or the column's dtype in feature_repo/") from None
