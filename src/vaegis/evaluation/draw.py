"""All figures of one model, into one folder."""

from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import TableSchema
from vaegis.data.split import entity_names
from vaegis.data.transform import as_text
from vaegis.evaluation.bench import OWN
from vaegis.evaluation.detection import figures as detection
from vaegis.evaluation.draw_model import MOST_GROUPS, column_fit, kl_per_dimension, latent_map, training_curves
from vaegis.evaluation.draw_rows import detection_heat, reference_curve, score_histogram, worst_rows
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.figure import FigureSpec
from vaegis.evaluation.latent import figures as latent
from vaegis.evaluation.metric import in_tier
from vaegis.evaluation.privacy import figures as privacy
from vaegis.evaluation.reconstruction import figures as reconstruction
from vaegis.evaluation.rows import thin
from vaegis.evaluation.style import with_unit
from vaegis.evaluation.synthetic import figures as synthetic
from vaegis.evaluation.synthetic.curves import curve_error
from vaegis.evaluation.usefulness import figures as usefulness

SCORERS = {
    OWN: "this model",
    "autoencoder": "deterministic autoencoder",
    "pca": "principal components",
    "isolation_forest": "isolation forest",
    "knn": "nearest neighbours (5)",
    "reference_rule": "reference-curve rule",
}
_MAP_ROWS = 6_000


def draw_figures(folder: Path, evidence: Evidence, history: pd.DataFrame) -> None:
    """Write every figure that applies to the model; `history` holds the curves of its training."""
    training_curves(folder / "training_curves.png", history)
    for spec in FIGURES.values():
        with suppress(NotComputable):
            if in_tier(spec, evidence.case.tier):
                spec.draw(folder, evidence)


def _columns(folder: Path, evidence: Evidence) -> None:
    column_fit(folder / "columns.png", evidence.tables["columns"])


def _kl_per_dimension(folder: Path, evidence: Evidence) -> None:
    if evidence.case.model.kind != "autoencoder":
        kl_per_dimension(folder / "kl_per_dimension.png", evidence.tables["kl_per_dimension"])


def _latent_map(folder: Path, evidence: Evidence) -> None:
    case = evidence.case
    schema, references = case.rows.schema, case.bench.references
    shown = thin(case.test, _MAP_ROWS).reset_index(drop=True)
    mean_NK, _ = case.model.posterior(shown)
    y = references[0].y if references else _best_column(evidence.tables["columns"])
    values = None if y is None else shown[y]
    unit = "" if y is None else schema.column(y).unit
    latent_map(folder / "latent_map.png", mean_NK, _groups(shown, schema), values, unit)


def _detection(folder: Path, evidence: Evidence) -> None:
    if len(evidence.case.bench.injected.events):
        detection_heat(folder / "detection.png", evidence.tables["detection"], OWN, SCORERS)


def _score_histogram(folder: Path, evidence: Evidence) -> None:
    realised = evidence.metrics["detection"]["false_alarm_rate"]
    rates = (float("nan") if realised is None else realised, evidence.case.config.false_alarm_rate)
    table = evidence.tables["score_histogram"]
    score_histogram(folder / "score_histogram.png", table, evidence.threshold, evidence.months, rates)


def _worst_rows(folder: Path, evidence: Evidence) -> None:
    if "worst_rows" in evidence.tables:
        worst_rows(folder / "worst_rows.png", evidence.tables["worst_rows"])


def _best_column(errors: pd.DataFrame) -> str | None:
    """Name the amount that is given back best: what the latent knows most of."""
    known = errors.dropna(subset="r2")
    return str(known.loc[known["r2"].idxmax(), "column"]) if len(known) else None


def _groups(frame: pd.DataFrame, schema: TableSchema) -> pd.Series:
    """Return what to colour rows by: their entity or, of too many, the first category of few levels."""
    entities = entity_names(frame, schema.keys).rename("entity")
    if entities.nunique() <= MOST_GROUPS:
        return entities
    few = [c.name for c in schema.features if c.is_discrete and 2 <= frame[c.name].nunique() < MOST_GROUPS]
    return as_text(frame[few[0]]).rename(few[0]) if few else entities.rename("entities")


def _curves(folder: Path, evidence: Evidence) -> None:
    schema = evidence.case.rows.schema
    for reference in evidence.case.bench.references:
        table = evidence.curves[reference.name]
        labels = [with_unit(name, schema.column(name).unit) for name in (reference.x, reference.y)]
        errors = {
            name: curve_error(table, "real", name) if name in table else np.nan
            for name in ("reconstructed", "generated")
        }
        path = folder / f"reference_{reference.name}.png"
        reference_curve(path, table, reference.name, (labels[0], labels[1]), errors)


FIGURES: Final[dict[str, FigureSpec]] = {
    "columns": FigureSpec(draw=_columns),
    "kl_per_dimension": FigureSpec(draw=_kl_per_dimension),
    "latent_map": FigureSpec(draw=_latent_map),
    "reference_curves": FigureSpec(draw=_curves),
    "detection": FigureSpec(draw=_detection),
    "score_histogram": FigureSpec(draw=_score_histogram),
    "worst_rows": FigureSpec(draw=_worst_rows),
    **latent.FIGURES,
    **usefulness.FIGURES,
    **synthetic.FIGURES,
    **privacy.FIGURES,
    **detection.FIGURES,
    **reconstruction.FIGURES,
}
"""Every figure, beside that of the training."""
