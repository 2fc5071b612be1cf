"""Compare a candidate with the champion on the same rows: every difference with its interval. N rows, R resamples."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from vaegis.contract import TableSchema
from vaegis.durable import read_json
from vaegis.errors import DataError
from vaegis.evaluation.comparison import measures
from vaegis.evaluation.comparison.ask import Answers, Contender, ask
from vaegis.evaluation.comparison.comparison import Comparison
from vaegis.evaluation.comparison.density import on_one_scale
from vaegis.evaluation.comparison.paired import deal
from vaegis.evaluation.comparison.rows import ComparedRows
from vaegis.evaluation.comparison.unpaired import UNPAIRED


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """How much is asked of each model."""

    rate: float = 0.01
    """False alarms allowed, share of normal rows."""
    nll_rows: int = 2_000
    nll_samples: int = 64
    latent_rows: int = 10_000
    """Rows whose latents are looked at, at most, as in the evaluation."""
    seed: int = 0
    resamples: int = 1_000
    """How often the blocks of rows are drawn again."""


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
    draws, block_P = deal(rows.block_N, rows.block_P, asked.seed, asked.resamples)
    bundles = [candidate.bundle, champion.bundle]
    nlls, distortions = (
        on_one_scale([item.rows[name].to_numpy(dtype=np.float64) for item in told], rows.frame, bundles)
        for name in ("nll", "distortion")
    )
    shared = [column for column in schemas[0].features if column.name in told[1].features]
    measured = [
        *measures.likelihood(nlls, told, draws),
        *measures.columns(shared, rows.frame, told, draws),
        *measures.detection(rows, told, draws, block_P),
        *measures.latent(distortions, told, draws),
    ]
    return Comparison(
        candidate=_about(candidate, told[0]),
        champion=_about(champion, told[1]),
        rows={
            "rows": len(rows.frame),
            "faults": len(rows.faults),
            "blocks": draws.num_blocks,
            "block": rows.block,
            "digest": rows.digest,
        },
        differences=tuple(measured),
        unpaired=UNPAIRED,
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
