"""Rows as what a model makes of them: latents, anomaly score, p-value, and which model it was. N rows, K latents."""

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pyarrow as pa

from vaegis.contract import conform
from vaegis.errors import DataError
from vaegis.fitted.model import FittedModel
from vaegis.serving.pieces import Pieces

SCORE, PVALUE, VERSION, DIGEST = "anomaly_score", "pvalue", "model_version", "content_digest"


def latent_tables(
    model: FittedModel, pieces: Pieces, version: str, tell: Callable[[int], None] = lambda rows: None
) -> Iterator[pa.Table]:
    """Yield keys and time, `z_0`, `z_1`, ..., score, p-value and version, a piece at a time.

    Args:
        model: what encodes; the columns it reads must be there.
        pieces: the rows.
        version: what the model is called.
        tell: is told how many rows were done since.

    Raises:
        DataError: keys or time are missing, or a column is not what the contract says.
    """
    schema = model.schema
    row = [*schema.keys, schema.time]
    wanted = [*row, *(column.name for column in schema.inputs)]
    for _, frame in pieces.read(wanted):
        if absent := [name for name in row if name not in frame]:
            what = f"the rows have no column {absent[0]!r}"
            raise DataError(what, allowed=f"keys and time: {', '.join(row)}", where="INPUT")
        yield pa.Table.from_pandas(_latents(model, frame, row, version), preserve_index=False)
        tell(len(frame))


def _latents(model: FittedModel, frame: pd.DataFrame, row: list[str], version: str) -> pd.DataFrame:
    named = conform(frame, [model.schema.column(name) for name in row])
    seen = model.read(frame)
    said: dict[str, Any] = {SCORE: seen.score, PVALUE: seen.pvalue, VERSION: version, DIGEST: model.content_digest}
    return pd.concat([named, seen.encode.astype("float64"), pd.DataFrame(said, index=frame.index)], axis=1)
