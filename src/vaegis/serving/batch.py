"""Score files of any length: piece by piece, each kept as soon as it is done, the whole put in place at the end."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vaegis.contract import ColumnSpec, TableSchema, conform
from vaegis.data.origin import origin_of, signed
from vaegis.durable import replacing, require_place, write_json
from vaegis.errors import DataError
from vaegis.serving.parts import RECEIPT, Parts, is_part
from vaegis.serving.pieces import Pieces
from vaegis.serving.scored import EXPLAINED, TOP, Judge, score_frame

_COMMAND: Final = "vaegis score"
_FORM: Final = 2
"""Of a piece's columns and types: pieces of another form, which an earlier vaegis left, do not fit to these."""
_TEXT: Final = ("column", "observed", "expected", "reasons", "model", "content_digest")
_WHERE: Final = "keys and time"
_TYPES: Final = {
    "float64": pa.float64(),
    "int64": pa.int64(),
    "string": pa.string(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}
_HELD: Final = {pa.float64(): pd.Float64Dtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
"""How pandas holds numbers of which some are missing without making them others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """By what and how rows are scored."""

    model: str
    """Name and version, written beside every score."""
    content_digest: str
    rate: float
    top: int = TOP


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out."""

    rows: int
    flagged: int
    resumed: int
    """Pieces that an earlier, unfinished run had done already."""
    worst: pd.DataFrame
    """The rows of highest score."""


def score_pieces(
    judge: Judge, pieces: Pieces, task: Task, output: Path | None, tell: Callable[[int], None] = lambda rows: None
) -> Outcome:
    """Score all rows; memory does not grow with them.

    Finished pieces lie in `.NAME.parts` beside `output` until the last one is done, with a receipt of what they were
    made of. A killed run is taken up where it stopped, if model, settings and files are still the same. Then they
    become `output` at once: one file if it is called `*.parquet`, else a folder.

    Args:
        judge: what scores.
        pieces: the rows.
        task: by what and how; the columns `model` and `content_digest` say it of each row.
        output: where scores go; None: only the outcome is of interest.
        tell: is told how many rows were done since.

    Raises:
        ConfigError: `output` is, holds or lies in what is read, or is there already and no earlier output of this.
        DataError: rows, their keys or their times are not what the contract says.
    """
    if output is None:
        return _score(judge, pieces, task, None, tell)
    require_place(output, [pieces.source], _is_ours, allowed=f"what `{_COMMAND}` wrote")
    parts = Parts(output, {"form": _FORM, "pieces": pieces.to_json(), "task": asdict(task)})
    with parts.until_used():
        outcome = _score(judge, pieces, task, parts, tell)
        _finish(parts, output, pieces.count)
    return outcome


def _is_ours(output: Path) -> bool:
    """Whether an earlier run wrote all that is there."""
    if output.is_dir():
        names = {path.name for path in output.iterdir()}
        return RECEIPT in names and all(map(is_part, names - {RECEIPT}))
    return origin_of(output).get("command") == _COMMAND


def _score(judge: Judge, pieces: Pieces, task: Task, parts: Parts | None, tell: Callable[[int], None]) -> Outcome:
    wanted = [*judge.schema.keys, judge.schema.time, *(column.name for column in judge.schema.inputs)]
    done = parts.done() if parts else 0
    told = _Told()
    for file in parts.files(done) if parts else ():
        frame = pq.read_table(file).to_pandas()
        told.add(frame)
        tell(len(frame))
    for number, rows in pieces.read(wanted, done):
        with pieces.named(number):
            scored = score_frame(judge, _with_names(rows, judge.schema), task.rate, task.top)
        scored = scored.assign(model=task.model, content_digest=task.content_digest)
        if parts:
            parts.write(number, signed(_as_table(scored, judge.schema), {"command": _COMMAND, **asdict(task)}))
        told.add(scored)
        tell(len(scored))
    return Outcome(told.rows, told.flagged, done, told.worst)


class _Told:
    """What is said of the rows at the end."""

    def __init__(self) -> None:
        self.rows, self.flagged, self.worst = 0, 0, pd.DataFrame()

    def add(self, scored: pd.DataFrame) -> None:
        highest = scored.nlargest(EXPLAINED, "score")
        self.worst = pd.concat([self.worst, highest]).nlargest(EXPLAINED, "score") if self.rows else highest
        self.rows += len(scored)
        self.flagged += int(scored["flag"].sum())


def _finish(parts: Parts, output: Path, count: int) -> None:
    """Put the pieces in the output's place."""
    files = parts.files(count)
    if output.suffix == ".parquet":
        with (
            replacing(output) as temporary,
            pq.ParquetWriter(temporary, pq.read_schema(files[0]), compression="zstd") as writer,
        ):
            for file in files:
                writer.write_table(pq.read_table(file))
    else:
        with replacing(output) as temporary:
            temporary.mkdir()
            for file in files:
                shutil.copy2(file, temporary / file.name)
            write_json(temporary / RECEIPT, parts.receipt)


def _with_names(rows: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Return rows whose keys and time have the contract's types; absent ones are missing, for another file has them."""
    names = [schema.column(name) for name in (*schema.keys, schema.time)]
    rows = rows.assign(**{column.name: None for column in names if column.name not in rows.columns})
    return rows.assign(**{column.name: _typed(rows, column) for column in names})


def _typed(rows: pd.DataFrame, column: ColumnSpec) -> pd.Series:
    if column.dtype in {"string", "timestamp"}:
        return conform(rows, [column], where=_WHERE)[column.name]
    try:  # not by way of floats, as columns of the model go: a long key would become another
        values = pa.Array.from_pandas(rows[column.name]).cast(_TYPES[column.dtype])
    except pa.ArrowException:
        what = f"column {column.name!r} holds values of another type"
        raise DataError(what, allowed=f"{column.dtype}, or null", where=_WHERE) from None
    return pd.Series(values.to_pandas(types_mapper=_HELD.get).array, index=rows.index)


def _as_table(scored: pd.DataFrame, schema: TableSchema) -> pa.Table:
    """Return Arrow of the same types whatever a piece holds: without a flagged row, words would be null."""
    table = pa.Table.from_pandas(scored, preserve_index=False)
    types = {name: _TYPES[schema.column(name).dtype] for name in (*schema.keys, schema.time)}
    for name, kind in {**types, **dict.fromkeys(_TEXT, pa.string())}.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table[name].cast(kind))
    return table.replace_schema_metadata(None)
