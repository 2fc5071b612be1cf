"""New rows as whole blocks, ready to be judged. N rows, L blocks, F features."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vaegis.contract import TableSchema, conform
from vaegis.errors import DataError
from vaegis.evaluation.rows import digest_rows
from vaegis.fitted.model import FittedModel
from vaegis.monitoring.arrivals import within_bounds
from vaegis.monitoring.blocks import DAY, deal, whole
from vaegis.monitoring.features import in_order, read_rows
from vaegis.monitoring.reference import Reference


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Batch:
    """Rows that are judged together."""

    digest: str
    """SHA-256 of the rows: the same batch is judged once."""
    rows: int
    first: str
    last: str
    invalid: int
    """Rows outside the contract's bounds, which are not judged."""
    left_over: int
    """Rows of days that are not whole, or of the last group: not judged either."""
    start_L: np.ndarray
    sums_LF: np.ndarray


def batches(
    model: FittedModel, reference: Reference, frame: pd.DataFrame, batch_days: int
) -> Iterator[tuple[Batch, pd.DataFrame]]:
    """Yield each batch with its rows, in order of time: at most `batch_days` whole days, or a quarter of the reference.

    Rows without times of their own are dealt by lot: none comes after another.

    Raises:
        DataError: there are no rows, or they are not what the contract says.
    """
    schema = model.schema
    rows = contract_rows(frame, schema, reference.moment)
    valid_N = within_bounds(rows, schema.inputs)
    blocks = deal(rows, schema, reference.kind, round(reference.usual_rows))
    length = batch_days if reference.kind == DAY else max(1, len(reference.start_B) // 4)
    cut_N = _cuts(blocks.of_N, blocks.start_B, length, is_day=reference.kind == DAY)
    for cut in np.unique(cut_N):
        part = rows[cut_N == cut].reset_index(drop=True)
        yield _batch(model, reference, part, valid_N[cut_N == cut]), part


def contract_rows(frame: pd.DataFrame, schema: TableSchema, moment: str = "") -> pd.DataFrame:
    """Return keys, time and the model's columns, in order of time.

    Where the table has no times but one `moment` for all, a file may lack it, and its only key: rows are then numbered.

    Raises:
        DataError: a column is missing or of another type, a row has no time, or there are no rows.
    """
    if frame.empty:
        raise DataError("the batch holds no rows", allowed="at least one", where="--rows, or --start and --stop")
    if moment:
        frame = with_names(frame, schema, moment)
    named = (*schema.with_role("time"), *schema.with_role("key"), *schema.inputs)
    rows = conform(frame, named, where="the batch")
    if nameless := int(rows[[schema.time, *schema.keys]].isna().any(axis=1).sum()):
        names = ", ".join([*schema.keys, schema.time])
        raise DataError(f"{nameless} rows of the batch lack a key or their time", allowed=names, where="the batch")
    return in_order(rows, schema, [column.name for column in schema.inputs])


def with_names(frame: pd.DataFrame, schema: TableSchema, moment: str) -> pd.DataFrame:
    """Return rows of a table without times with the columns that `vaegis init` adds, where they lack them."""
    if schema.time not in frame:
        frame = frame.assign(**{schema.time: pd.Timestamp(moment)})
    if len(schema.keys) == 1 and schema.keys[0] not in frame:
        frame = frame.assign(**{schema.keys[0]: [f"{row:09d}" for row in range(1, len(frame) + 1)]})
    return frame


def _cuts(of_N: np.ndarray, start_B: np.ndarray, length: int, *, is_day: bool) -> np.ndarray:
    """Number the batch of each row; days are cut by the calendar, from the first one on."""
    if is_day:
        return np.asarray((start_B[of_N] - start_B[0]) // length)
    last = max(int(of_N.max()), 0)
    return np.asarray(np.where(of_N < 0, last, of_N) // length)


def _batch(model: FittedModel, reference: Reference, rows: pd.DataFrame, valid_N: np.ndarray) -> Batch:
    schema, kept = model.schema, rows[valid_N].reset_index(drop=True)
    blocks = deal(kept, schema, reference.kind, round(reference.usual_rows))
    blocks = whole(blocks, reference.usual_rows)
    judged = kept[blocks.of_N >= 0]
    sums_LF = np.zeros((blocks.number, reference.features.width))
    if blocks.number:
        of_N = blocks.of_N[blocks.of_N >= 0]
        scores_N, z_NK = read_rows(model, judged[[column.name for column in schema.inputs]])
        sums_LF = reference.features.column_sums(judged, of_N, blocks.number)
        sums_LF += reference.features.model_sums(scores_N, z_NK, of_N, blocks.number)
    times = rows[schema.time]
    return Batch(
        digest=digest_rows(rows),
        rows=len(judged),
        first=times.min().isoformat(),
        last=times.max().isoformat(),
        invalid=int((~valid_N).sum()),
        left_over=len(kept) - len(judged),
        start_L=blocks.start_B,
        sums_LF=sums_LF,
    )
