"""The files of `vaegis privacy`: three tables of one shape, read and brought to one contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vaegis.contract import ColumnSpec, conform
from vaegis.data.files.table_file import read, sniff
from vaegis.errors import DataError
from vaegis.inference.frame import contract_of


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows of one contract."""

    made: pd.DataFrame
    train: pd.DataFrame
    holdout: pd.DataFrame
    columns: Sequence[ColumnSpec]
    notes: list[str]
    """What was left out, and why."""


def read_tables(made: Path, train: Path, holdout: Path, drop: list[str]) -> Tables:
    """Read generated, training and holdout rows in the columns that they share.

    The contract is guessed from the training rows; all three must hold it. Columns that name or number rows say nothing
    about how rows are distributed, so they are left out, and so are those that the generated table does not have.

    Raises:
        ArtifactError: a file is not there, or no table.
        DataError: a column is of another type than in the training rows, or none can be compared.
    """
    frames = {"SYNTHETIC": _read(made), "--train": _read(train), "--holdout": _read(holdout)}
    known = frames["--train"]
    if unknown := [name for name in drop if name not in known.columns]:
        raise DataError(f"no column {unknown[0]!r}", allowed=", ".join(map(str, known.columns[:30])), where="--drop")
    kept = [name for name in known.columns if name not in drop]
    shared = [name for name in kept if name in frames["SYNTHETIC"].columns]
    if not shared:
        held = ", ".join(map(str, frames["SYNTHETIC"].columns[:10]))
        raise DataError(f"{made} has none of the training columns (it has {held})", where="SYNTHETIC")
    schema, left = contract_of(known[shared], train.stem)
    notes = [f"{name} is not in {made.name}: left out" for name in kept if name not in shared]
    notes += [f"{guess.column.name} is left out: {guess.reason}" for guess in left]
    made_rows, train_rows, holdout_rows = (
        conform(frame, schema.features, where=name) for name, frame in frames.items()
    )
    return Tables(made_rows, train_rows, holdout_rows, schema.features, notes)


def _read(path: Path) -> pd.DataFrame:
    return read(path, sniff(path)).reset_index(drop=True)
