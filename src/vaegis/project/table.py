"""A file, or a folder of files, as source: read once to guess by; the pipeline reads it again at every ingest."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from vaegis.data.files.file_format import FileFormat
from vaegis.data.files.table_file import read, sniff
from vaegis.data.sources.file import NAME, FileTable
from vaegis.inference.infer import infer
from vaegis.project.layout import pretty
from vaegis.project.survey import Survey, survey


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedTable:
    """A file's rows, and how they were read."""

    name: str
    path: Path
    written: FileFormat
    frame: pd.DataFrame

    def survey(self, *, time: str | None = None, keys: list[str] | None = None, label: str | None = None) -> Survey:
        """Guess the contract, and make the rows what the store will hold."""
        found = infer(self.frame, name=self.name, time=time, keys=keys, label=label)
        found = replace(found, notes=(*self.written.notes, *found.notes))
        table = FileTable.of(found, self.written, self.name)
        return survey(
            self.name,
            self.path,
            self.path.name,
            table.store(self.frame).to_pandas(),
            found,
            ingest={"source": "file", "path": str(self.path)},
            pull={},
            definitions={NAME: pretty(table.to_json())},
        )


def open_table(path: Path, name: str, reading: Mapping[str, Any] | None = None) -> OpenedTable:
    """Find how the file is written where `reading` does not settle it, and read it.

    Raises:
        ArtifactError: it is no table, or cannot be read.
        DataError: it can be read in more than one way, or holds no rows.
    """
    path = path.resolve()
    written = sniff(path, **(reading or {}))
    return OpenedTable(name=name, path=path, written=written, frame=read(path, written))
