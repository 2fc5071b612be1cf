"""What a report is made from: plain files, those of a project or those that a run in MLflow holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import pandas as pd

from vaegis import paths
from vaegis.contract import TableSchema
from vaegis.durable import read_json

TITLES: Final = "titles.json"
"""Beside the tables: what each of them holds."""
_ROWS: Final = "evaluation_rows.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """One metric as it stands in the evidence."""

    name: str
    """`topic/metric`."""
    value: float | None
    low: float | None = None
    high: float | None = None
    rows: int | None = None
    unit: str = ""
    direction: str = "neutral"
    definition: str = ""
    reading: str = ""
    reason: str = ""
    """Why there is no value."""
    no_interval: str = ""
    """Why there is a value and no interval."""

    @property
    def topic(self) -> str:
        """The part of the name before the stroke."""
        return self.name.partition("/")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """Where the files are; those that are not there are left out."""

    metrics: Path
    evidence: Path
    tables: Path
    plots: Path
    figures: Path
    history: Path
    schema: Path
    validation: Path

    @classmethod
    def of_project(cls) -> Self:
        """Return the files of the project in the working folder."""
        return cls(
            metrics=paths.METRICS,
            evidence=paths.EVIDENCE,
            tables=paths.EVALUATION_TABLES,
            plots=paths.EVALUATION_PLOTS,
            figures=paths.FIGURES,
            history=paths.CANDIDATE_HISTORY,
            schema=paths.SCHEMA,
            validation=paths.VALIDATION_REPORT,
        )

    @classmethod
    def of_run(cls, folder: Path) -> Self:
        """Return the files among the downloaded artifacts of a run."""
        held = folder / "evidence"
        return cls(
            metrics=held / "metrics.json",
            evidence=held / "evidence.json",
            tables=held / "tables",
            plots=held / "plots",
            figures=folder / "figures",
            history=held / "history.csv",
            schema=held / "schema.json",
            validation=held / "validation.json",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """Evidence in memory."""

    scores: tuple[Score, ...]
    """By name, sorted."""
    tables: Mapping[str, pd.DataFrame]
    titles: Mapping[str, str]
    """Table -> what it holds, for those that say so."""
    figures: Mapping[str, bytes]
    """Name without ending -> PNG."""
    rows: Mapping[str, Any]
    """rows, normal_rows, days, first, last, rows_digest of the rows measured on; empty if unknown."""
    schema: TableSchema | None = None
    counts: Mapping[str, Any] = field(default_factory=dict)
    """Rows by what validation made of them."""

    @classmethod
    def read(cls, sources: Sources) -> Self:
        """Read what there is; only the metrics must be.

        Raises:
            ArtifactError: there are no metrics, or a file is broken.
        """
        tables = _read_tables(sources)
        titles = sources.tables / TITLES
        rows = sources.tables / _ROWS
        return cls(
            scores=_read_scores(sources),
            tables=tables,
            titles=read_json(titles) if titles.is_file() else {},
            figures={path.stem: path.read_bytes() for path in sorted(sources.figures.glob("*.png"))},
            rows=read_json(rows) if rows.is_file() else {},
            schema=TableSchema.load(sources.schema) if sources.schema.is_file() else None,
            counts=read_json(sources.validation).get("counts", {}) if sources.validation.is_file() else {},
        )

    def score(self, name: str) -> Score | None:
        """Return a metric by `topic/metric`."""
        return next((score for score in self.scores if score.name == name), None)

    @property
    def topics(self) -> list[str]:
        """Return the topics that have scores, in the order of a reader's questions; new ones follow."""
        known = ("detection", "labels", "reconstruction", "calibration", "latent", "usefulness", "synthetic", "privacy")
        found = {score.topic for score in self.scores}
        return [topic for topic in known if topic in found] + sorted(found - set(known))


def _read_scores(sources: Sources) -> tuple[Score, ...]:
    if sources.evidence.is_file():
        records: dict[str, Any] = read_json(sources.evidence)
    else:  # older runs hold the numbers only
        topics = read_json(sources.metrics)["evaluate"]
        records = {
            f"{topic}/{name}": {"value": value, "reason": "" if value is not None else "it does not apply"}
            for topic, metrics in topics.items()
            for name, value in metrics.items()
        }
    known = set(Score.__dataclass_fields__)
    return tuple(
        Score(name=name, **{key: value for key, value in record.items() if key in known})
        for name, record in sorted(records.items())
    )


def _read_tables(sources: Sources) -> dict[str, pd.DataFrame]:
    files = {path.stem: path for path in sorted(sources.tables.glob("*.csv"))}
    files |= {"curve": sources.plots / "curve.csv", "history": sources.history}
    return {name: pd.read_csv(path) for name, path in files.items() if path.is_file() and path.stat().st_size > 1}
