"""Compare a candidate with the champion on the same rows: every difference with its interval. N rows, R resamples."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.data.seconds import as_numbers
from vaegis.data.shapes import full_turn, shorter_way
from vaegis.data.transform import as_text
from vaegis.durable import read_json
from vaegis.errors import DataError
from vaegis.evaluation.comparison.ask import Answers, Contender, ask
from vaegis.evaluation.comparison.density import nll_on_one_scale
from vaegis.evaluation.comparison.paired import FEWEST_BLOCKS, Blocks, interval, ranking_R
from vaegis.evaluation.comparison.rows import ComparedRows

BETTER: Final = "better"
WORSE: Final = "worse"
NOISE: Final = "within noise"
NOT_COMPUTABLE: Final = "not computable"
_DIGITS: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """How much is asked of each model."""

    rate: float = 0.01
    """False alarms allowed, share of normal rows."""
    nll_rows: int = 2_000
    nll_samples: int = 64
    seed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One metric of both models, and candidate minus champion."""

    metric: str
    unit: str
    direction: str
    """Which is better, `higher` or `lower`."""
    rows: int
    candidate: float | None
    champion: float | None
    difference: float | None
    low: float | None
    high: float | None
    """Central 95 % of the resampled differences."""
    verdict: str
    """`better`, `worse`, `within noise` or `not computable`."""
    reason: str = ""
    """Why it is not computable."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What moved between two versions on the same rows."""

    candidate: Mapping[str, str]
    """label, content_digest, kind."""
    champion: Mapping[str, str]
    rows: Mapping[str, Any]
    """rows, faults, blocks, block, digest."""
    differences: tuple[Difference, ...]

    def of(self, verdict: str) -> list[Difference]:
        """Return the differences of one verdict."""
        return [difference for difference in self.differences if difference.verdict == verdict]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON, metrics by name."""
        metrics = {item.metric: {k: v for k, v in asdict(item).items() if k != "metric"} for item in self.differences}
        about = {"candidate": dict(self.candidate), "champion": dict(self.champion), "rows": dict(self.rows)}
        return {**about, "metrics": metrics}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Comparison":
        """Rebuild from `to_json`."""
        differences = tuple(Difference(metric=name, **item) for name, item in record["metrics"].items())
        return cls(
            candidate=record["candidate"], champion=record["champion"], rows=record["rows"], differences=differences
        )


def compare(candidate: Contender, champion: Contender, rows: ComparedRows, task: Task | None = None) -> Comparison:
    """Ask both models about the same rows, each in its own process, and resample blocks of them in pairs.

    Raises:
        DataError: the rows lack a column that a model reads, or there are none.
        ArtifactError: a bundle cannot be read.
    """
    asked = task or Task()
    schemas = [TableSchema.from_json(read_json(item.bundle / "schema.json")) for item in (candidate, champion)]
    _require_columns(rows, (candidate, champion), schemas)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {"rows": folder / "rows.parquet", "faults": folder / "faults.parquet"}
        rows.frame.to_parquet(files["rows"], index=False)
        rows.faults.to_parquet(files["faults"], index=False)
        wanted = {**asdict(asked), "rows": str(files["rows"]), "faults": str(files["faults"]) * bool(len(rows.faults))}
        told = ask((candidate, champion), wanted, folder)
    blocks = Blocks.deal(rows.block_N, rows.block_P, asked.seed)
    scaled = nll_on_one_scale(rows.frame, told, [candidate.bundle, champion.bundle])
    shared = [column for column in schemas[0].features if column.name in told[1].features]
    measured = [
        *_likelihood(scaled, told, blocks),
        *_columns(shared, rows.frame, told, blocks),
        *_detection(rows, told, blocks),
    ]
    return Comparison(
        candidate=_about(candidate, told[0]),
        champion=_about(champion, told[1]),
        rows={
            "rows": len(rows.frame),
            "faults": len(rows.faults),
            "blocks": blocks.number,
            "block": rows.block,
            "digest": rows.digest,
        },
        differences=tuple(measured),
    )


def _about(contender: Contender, told: Answers) -> dict[str, str]:
    return {"label": contender.label, "content_digest": told.content_digest, "kind": told.kind}


def _require_columns(rows: ComparedRows, contenders: Sequence[Contender], schemas: Sequence[TableSchema]) -> None:
    if rows.frame.empty:
        raise DataError("there are no rows to compare on", allowed="at least one", where="--rows")
    for contender, schema in zip(contenders, schemas, strict=True):
        missing = [column.name for column in schema.inputs if column.name not in rows.frame.columns]
        if missing:
            what = f"the rows have no column {missing[0]!r}, which {contender.label} reads"
            raise DataError(what, allowed=", ".join(map(str, rows.frame.columns)), where="--rows")


def _likelihood(scaled: tuple[list[np.ndarray], str], told: Sequence[Answers], blocks: Blocks) -> Iterator[Difference]:
    nlls, reason = scaled
    points = [answers for answers in told if answers.kind == "autoencoder"]
    if points:
        reason = "a deterministic autoencoder has no likelihood"
    rows = int(np.isfinite(nlls[0]).sum())
    means = [blocks.mean_R(nll_N) for nll_N in nlls]
    yield _difference("evaluate/reconstruction/nll", means, blocks, "lower", "nats per row", rows, reason)


def _columns(
    shared: Sequence[ColumnSpec], frame: pd.DataFrame, told: Sequence[Answers], blocks: Blocks
) -> Iterator[Difference]:
    """Yield the mean R2 and accuracy over the columns that both model, then each column's own."""
    each: list[Difference] = []
    found: dict[str, list[list[np.ndarray]]] = {"r2": [], "accuracy": []}
    for column in shared:
        name = "accuracy" if column.is_discrete else "r2"
        observed = frame[column.name]
        made = [_given_back(column, observed, answers.rows[f"expected:{column.name}"], blocks) for answers in told]
        if name == "r2" and not all(np.isfinite(item[0]) for item in made):
            continue  # constant here: nothing to explain
        found[name].append(made)
        path = f"columns/{column.name}/{name}"
        each.append(_difference(path, made, blocks, "higher", "share", int(observed.notna().sum())))
    for name, metric in (("r2", "mean_r2"), ("accuracy", "accuracy")):
        if found[name]:
            means = [np.mean([pair[side] for pair in found[name]], axis=0) for side in (0, 1)]
            yield _difference(f"evaluate/reconstruction/{metric}", means, blocks, "higher", "share", len(frame))
    yield from each


def _given_back(column: ColumnSpec, observed: pd.Series, expected: pd.Series, blocks: Blocks) -> np.ndarray:
    """Return R2 (or accuracy) of one model and column under each resample, (R,)."""
    if column.is_discrete:
        texts, named = as_text(observed), as_text(expected)
        return blocks.mean_R(np.where(texts.notna(), (texts == named).astype(float), np.nan))
    x_N, made_N = as_numbers(observed), as_numbers(expected)
    error_N = x_N - made_N
    if column.kind == "angle":
        error_N = shorter_way(error_N, full_turn(x_N[np.isfinite(x_N)], column))
    return blocks.r2_R(x_N, error_N)


def _detection(rows: ComparedRows, told: Sequence[Answers], blocks: Blocks) -> Iterator[Difference]:
    normal_N = rows.normal_N
    num_normal = int(normal_N.sum())
    flags = [np.where(normal_N, answers.rows["flag"].to_numpy(dtype=float), np.nan) for answers in told]
    alarms = [blocks.mean_R(flag_N) for flag_N in flags]
    yield _difference("evaluate/detection/false_alarm_rate", alarms, blocks, "lower", "share", num_normal)
    negative = [(answers.rows["score"].to_numpy()[normal_N], blocks.of_N[normal_N]) for answers in told]
    if len(rows.faults):
        positive = [(answers.faults["score"].to_numpy(), blocks.of_P) for answers in told]
        for name, pair in _ranked(blocks, positive, negative):
            path = f"evaluate/detection/injected_{name}"
            yield _difference(path, pair, blocks, "higher", "share", len(rows.faults) + num_normal)
    for label, marked_N in rows.labels.items():
        if marked_N.any():
            positive = [(answers.rows["score"].to_numpy()[marked_N], blocks.of_N[marked_N]) for answers in told]
            others = [(answers.rows["score"].to_numpy()[~marked_N], blocks.of_N[~marked_N]) for answers in told]
            auroc = _ranked(blocks, positive, others)[0][1]
            yield _difference(f"evaluate/labels/{label}_auroc", auroc, blocks, "higher", "share", len(marked_N))


def _ranked(
    blocks: Blocks, positive: Sequence[tuple[np.ndarray, ...]], negative: Sequence[tuple[np.ndarray, ...]]
) -> list[tuple[str, list[np.ndarray]]]:
    pairs = [ranking_R(blocks, *found, *others) for found, others in zip(positive, negative, strict=True)]
    return [(name, [pair[place] for pair in pairs]) for place, name in enumerate(("auroc", "ap"))]


def _difference(
    metric: str, values: Sequence[np.ndarray], blocks: Blocks, direction: str, unit: str, rows: int, reason: str = ""
) -> Difference:
    candidate_R, champion_R = values
    apart_R = candidate_R - champion_R
    low, high = interval(apart_R)
    if not reason and not np.isfinite(apart_R[0]):
        reason = "one of the two has no number on these rows"
    if not reason and blocks.number < FEWEST_BLOCKS:
        reason = f"{blocks.number} blocks of rows say nothing of noise, at least {FEWEST_BLOCKS} are needed"
    if not reason and not np.isfinite(low):
        reason = "too many resamples of the rows leave nothing to measure"
    numbers = {"candidate": candidate_R[0], "champion": champion_R[0], "difference": apart_R[0]}
    if reason:
        numbers |= {"difference": float("nan")}
        low = high = float("nan")
    return Difference(
        metric=metric,
        unit=unit,
        direction=direction,
        rows=rows,
        low=_rounded(low),
        high=_rounded(high),
        verdict=NOT_COMPUTABLE if reason else _verdict(low, high, direction),
        reason=reason,
        **{name: _rounded(float(value)) for name, value in numbers.items()},
    )


def _verdict(low: float, high: float, direction: str) -> str:
    if low <= 0.0 <= high:
        return NOISE
    return BETTER if (low > 0.0) == (direction == "higher") else WORSE


def _rounded(value: float) -> float | None:
    return float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None
