"""All figures of one model, into one folder."""

from pathlib import Path

import numpy as np
import pandas as pd

from vaegis.contract import TableSchema
from vaegis.data.split import entity_names
from vaegis.data.transform import as_text
from vaegis.evaluation.bench import OWN, Bench
from vaegis.evaluation.draw_model import MOST_GROUPS, column_fit, kl_per_dimension, latent_map, training_curves
from vaegis.evaluation.draw_rows import detection_heat, reference_curve, score_histogram, worst_rows
from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.rows import thin
from vaegis.evaluation.style import with_unit
from vaegis.evaluation.synthetic import curve_error
from vaegis.fitted.model import FittedModel

SCORERS = {
    OWN: "this model",
    "autoencoder": "deterministic autoencoder",
    "pca": "principal components",
    "isolation_forest": "isolation forest",
    "knn": "nearest neighbours (5)",
    "reference_rule": "reference-curve rule",
}
_MAP_ROWS = 6_000


def draw_figures(folder: Path, model: FittedModel, bench: Bench, evidence: Evidence, history: pd.DataFrame) -> None:
    """Write every figure that applies to the model."""
    training_curves(folder / "training_curves.png", history)
    column_fit(folder / "columns.png", evidence.tables["columns"])
    if model.kind != "autoencoder":
        kl_per_dimension(folder / "kl_per_dimension.png", evidence.tables["kl_per_dimension"])
    _latent_map(folder / "latent_map.png", model, bench, evidence)
    _curves(folder, bench, evidence)
    if len(bench.injected.events):
        detection_heat(folder / "detection.png", evidence.tables["detection"], OWN, SCORERS)
    score_histogram(
        folder / "score_histogram.png",
        evidence.tables["score_histogram"],
        evidence.threshold,
        evidence.tables["false_alarms_by_month"].set_index("month")[OWN],
        (evidence.metrics["detection"]["false_alarm_rate"], bench.config.false_alarm_rate),
    )
    worst_rows(folder / "worst_rows.png", evidence.tables["worst_rows"])


def _latent_map(path: Path, model: FittedModel, bench: Bench, evidence: Evidence) -> None:
    schema = bench.rows.schema
    shown = thin(bench.rows.test, _MAP_ROWS).reset_index(drop=True)
    mean_NK, _ = model.posterior(shown)
    y = bench.references[0].y if bench.references else _best_column(evidence.tables["columns"])
    values = None if y is None else shown[y]
    unit = "" if y is None else schema.column(y).unit
    latent_map(path, mean_NK, _groups(shown, schema), values, unit)


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


def _curves(folder: Path, bench: Bench, evidence: Evidence) -> None:
    schema = bench.rows.schema
    for reference in bench.references:
        table = evidence.curves[reference.name]
        labels = [with_unit(name, schema.column(name).unit) for name in (reference.x, reference.y)]
        errors = {
            name: curve_error(table, "real", name) if name in table else np.nan
            for name in ("reconstructed", "generated")
        }
        path = folder / f"reference_{reference.name}.png"
        reference_curve(path, table, reference.name, (labels[0], labels[1]), errors)
