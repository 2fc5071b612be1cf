"""Rows as what a model makes of them: latents, anomaly score, p-value, and which model it was. N rows, K latents."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vaegis.contract import conform
from vaegis.errors import DataError
from vaegis.fitted.model import FittedModel
from vaegis.serving.parts import Parts
from vaegis.serving.pieces import Pieces

SCORE, PVALUE, VERSION, DIGEST = "anomaly_score", "pvalue", "model_version", "content_digest"


def parts_of(model: FittedModel, pieces: Pieces, version: str, output: Path) -> Parts:
    """Return where finished pieces of `output` lie: of use as long as files and model are the same."""
    made_of = {"pieces": pieces.to_json(), "version": version, "content_digest": model.content_digest}
    return Parts(output, made_of)


def write_latents(
    model: FittedModel, pieces: Pieces, version: str, parts: Parts, tell: Callable[[int], None] = lambda rows: None
) -> int:
    """Write keys and time, `z_0`, `z_1`, ..., score, p-value and version of each piece that is not there yet.

    Args:
        model: what encodes; the columns it reads must be there.
        pieces: the rows.
        version: what the model is called.
        parts: where they are kept.
        tell: is told how many rows were done since.

    Returns:
        How many pieces an earlier, unfinished run had done already.

    Raises:
        DataError: keys or time are missing, in all rows or in some, or a column is not what the contract says.
    """
    schema = model.schema
    row = [*schema.keys, schema.time]
    wanted = [*row, *(column.name for column in schema.inputs)]
    done = parts.done()
    tell(sum(pq.read_metadata(file).num_rows for file in parts.files(done)))
    _require_named(pieces, row, done)
    for number, frame in pieces.read(wanted, done):
        with pieces.named(number):
            seen = _latents(model, frame, row, version)
        parts.write(number, pa.Table.from_pandas(seen, preserve_index=False))
        tell(len(frame))
    return done


def _require_named(pieces: Pieces, row: list[str], done: int) -> None:
    """Refuse rows that no key or time names, before any is encoded: nothing could take their place."""
    missing = pd.Series(0, index=row)
    for number, frame in pieces.read(row, done):
        with pieces.named(number):
            if absent := [name for name in row if name not in frame]:
                what = f"the rows have no column {absent[0]!r}"
                where = "INPUT; `vaegis init` adds keys and time to a table without them: publish the validated rows"
                raise DataError(what, allowed=f"keys and time: {', '.join(row)}", where=where)
        missing += frame[row].isna().sum()
    if missing.any():
        what = f"{missing.max()} rows have no {missing.idxmax()}"
        raise DataError(what, allowed="a key and a time in every row", where="INPUT")


def _latents(model: FittedModel, frame: pd.DataFrame, row: list[str], version: str) -> pd.DataFrame:
    named = conform(frame, [model.schema.column(name) for name in row])
    seen = model.read(frame)
    said: dict[str, Any] = {SCORE: seen.score, PVALUE: seen.pvalue, VERSION: version, DIGEST: model.content_digest}
    return pd.concat([named, seen.encode.astype("float64"), pd.DataFrame(said, index=frame.index)], axis=1)
