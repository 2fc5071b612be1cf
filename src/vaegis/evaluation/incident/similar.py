"""Where the like was seen before: flagged rows whose score is made of the same columns. N rows, X columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.data.roles import read_roles
from vaegis.data.split import entity_names
from vaegis.data.stream import frames, read_columns, stream_rows
from vaegis.evaluation.incident.window import HALF_DAY
from vaegis.fitted.model import FittedModel

SHOWN: Final = 3
MOST: Final = {"elbo": 100_000, "other": 10_000}
"""Rows that are scored, evenly spaced, at most: what a page can wait for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """A flagged row elsewhere."""

    entity: str
    time: pd.Timestamp
    likeness: float
    """0 to 1: the share of blame that falls on the same columns (Bhattacharyya coefficient)."""
    score: float
    pvalue: float
    blame: pd.Series
    """Share of its score above usual, by column."""
    lines: pd.DataFrame
    """Its guiltiest columns, as the model explains them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What was found, and among how many."""

    found: tuple[Incident, ...]
    searched: int
    """Rows that were scored."""
    of: int
    """Rows there were."""
    flagged: int


def blame_NX(contributions: pd.DataFrame) -> np.ndarray:
    """Return by which share each column made a row anomalous; columns that spoke for it have none."""
    above_NX = contributions.to_numpy().clip(min=0.0)
    return np.asarray(above_NX / np.maximum(above_NX.sum(axis=1, keepdims=True), 1e-12))


def likeness_N(one_X: np.ndarray, others_NX: np.ndarray) -> np.ndarray:
    """Return how much two ways of sharing blame overlap, 0 to 1 (Bhattacharyya 1943)."""
    return np.asarray(np.sqrt(others_NX) @ np.sqrt(one_X))


def find_similar(
    model: FittedModel,
    path: Path,
    schema: TableSchema,
    split: SplitConfig | None,
    own: tuple[str, pd.Timestamp, np.ndarray],
    rate: float,
) -> Search:
    """Score the test rows of a file, or all of them without a split, and return the flagged ones most like `own`.

    One incident is many rows: of an entity's rows within half a day only the likeliest is told, and none of its own.

    Args:
        model: what scores.
        path: Parquet file.
        schema: keys and time of its rows.
        split: which rows are for test.
        own: entity, time and blame of the row that was asked for.
        rate: p-values up to this are flagged.
    """
    keep_N, of = _chosen(model, path, schema, split)
    columns = [*schema.keys, schema.time, *model.columns]
    flagged: list[pd.DataFrame] = []
    for frame in frames(stream_rows(path, list(dict.fromkeys(columns)), keep_N)()):
        if not len(frame):
            continue
        score = model.score(frame)
        pvalue = model.calibration.pvalue_N(score.to_numpy())
        flagged.append(frame.assign(_score=score, _pvalue=pvalue)[pvalue <= rate])
    rows = pd.concat(flagged, ignore_index=True) if flagged else pd.DataFrame(columns=columns)
    found = tuple(_nearest(model, rows, schema, own)) if len(rows) else ()
    return Search(found=found, searched=int(keep_N.sum()), of=of, flagged=len(rows))


def _chosen(model: FittedModel, path: Path, schema: TableSchema, split: SplitConfig | None) -> tuple[np.ndarray, int]:
    if split is None:
        wanted_N = np.ones(len(read_columns(path, [schema.time])), dtype=bool)
    else:
        wanted_N = read_roles(frames(stream_rows(path, [*schema.keys, schema.time])()), schema, split).are("test")
    of = int(wanted_N.sum())
    most = MOST["elbo" if model.detector is None else "other"]
    if of > most:
        kept = np.flatnonzero(wanted_N)[np.linspace(0, of - 1, most).round().astype(int)]
        wanted_N = np.zeros(len(wanted_N), dtype=bool)
        wanted_N[kept] = True
    return wanted_N, of


def _nearest(
    model: FittedModel, rows: pd.DataFrame, schema: TableSchema, own: tuple[str, pd.Timestamp, np.ndarray]
) -> Sequence[Incident]:
    shares_NX = blame_NX(model.contributions(rows))
    likeness = likeness_N(own[2], shares_NX)
    entities = entity_names(rows, schema.keys).astype(str).tolist()
    times = pd.to_datetime(rows[schema.time], utc=True)
    taken, chosen = [(own[0], own[1])], []
    for place in np.lexsort((-rows["_score"].to_numpy(), -likeness.round(9))):
        entity, time = entities[place], times.iloc[place]
        if any(entity == other and abs(time - when) <= HALF_DAY for other, when in taken):
            continue
        taken.append((entity, time))
        chosen.append(place)
        if len(chosen) == SHOWN:
            break
    lines = model.explain(rows.iloc[chosen], top=SHOWN)
    return [
        Incident(
            entity=entities[place],
            time=times.iloc[place],
            likeness=float(likeness[place]),
            score=float(rows["_score"].iloc[place]),
            pvalue=float(rows["_pvalue"].iloc[place]),
            blame=pd.Series(shares_NX[place], index=model.features),
            lines=lines.loc[[rows.index[place]]],
        )
        for place in chosen
    ]
