"""All figures of one model, into one folder."""

from pathlib import Path

import numpy as np
import pandas as pd

from vaegis.evaluation.bench import OWN, Bench
from vaegis.evaluation.draw_model import column_fit, kl_per_dimension, latent_map, training_curves
from vaegis.evaluation.draw_rows import detection_heat, reference_curve, score_histogram, worst_rows
from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.rows import thin
from vaegis.evaluation.style import with_unit
from vaegis.evaluation.synthetic import curve_error
from vaegis.evaluation.windows import entity_names
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
    _latent_map(folder / "latent_map.png", model, bench)
    _curves(folder, bench, evidence)
    detection_heat(folder / "detection.png", evidence.tables["detection"], OWN, SCORERS)
    score_histogram(
        folder / "score_histogram.png",
        evidence.tables["score_histogram"],
        evidence.threshold,
        evidence.tables["false_alarms_by_month"].set_index("month")[OWN],
        (evidence.metrics["detection"]["false_alarm_rate"], bench.config.false_alarm_rate),
    )
    worst_rows(folder / "worst_rows.png", evidence.tables["worst_rows"])


def _latent_map(path: Path, model: FittedModel, bench: Bench) -> None:
    schema = bench.rows.schema
    shown = thin(bench.rows.test, _MAP_ROWS).reset_index(drop=True)
    mean_NK, _ = model.posterior(shown)
    y = bench.references[0].y if bench.references else None
    values = None if y is None else shown[y]
    unit = "" if y is None else schema.column(y).unit
    latent_map(path, mean_NK, entity_names(shown, schema.keys), values, unit)


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
