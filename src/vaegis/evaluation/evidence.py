"""Everything that is measured of one model on the bench: figures by topic, and the tables behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vaegis.evaluation.bench import OWN, Bench, score_model
from vaegis.evaluation.detection.histogram import histogram_table
from vaegis.evaluation.detection.injected import (
    Scores,
    column_detection,
    detection_table,
    false_alarms,
    monthly_false_alarms,
    summarise_detection,
)
from vaegis.evaluation.detection.labels import label_table, summarise_labels
from vaegis.evaluation.latent import measure_latent
from vaegis.evaluation.reconstruction.calibration import column_calibration, measure_calibration
from vaegis.evaluation.reconstruction.columns import column_errors, measure_reconstruction, worst_rows
from vaegis.evaluation.rows import varies
from vaegis.evaluation.synthetic import column_shapes, curve_error, curve_table, rule_pass_rate
from vaegis.fitted.model import FittedModel

_WORST_ROWS = 20

Topic = dict[str, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Figures `topic -> metric -> number` (NaN: does not apply or is not defined) and tables by name."""

    metrics: dict[str, Topic]
    tables: dict[str, pd.DataFrame]
    curves: dict[str, pd.DataFrame]
    """One table a declared reference curve."""
    threshold: float
    """Lowest flagged score, nats."""


def gather(model: FittedModel, bench: Bench, rivals: Mapping[str, Scores]) -> Evidence:
    """Measure a model beside its rivals, by the same bench."""
    test, config = bench.rows.test, bench.config
    reconstructed = model.expect(test)
    seen = test.assign(**model.transform.as_levels(test))
    learnt = [name for name in model.features if varies(bench.rows.train[name])]
    errors = column_errors(seen, reconstructed, *model.predictive(test)[1:], model.schema.features, learnt)
    calibration = column_calibration(model, test, config.seed, learnt)
    latent, dimensions = measure_latent(model, bench.rows.train, test, config)
    own = score_model(model, bench)
    found, tables = _detection(bench, {OWN: own, **rivals})
    made = None if model.kind == "autoencoder" else model.sample(config.sample_rows, seed=config.seed)
    curves = _curves(model, bench, reconstructed, made)
    generated, shapes = _generation(bench, seen, made, curves)
    return Evidence(
        metrics={
            "reconstruction": measure_reconstruction(model, test, errors, config),
            "calibration": measure_calibration(calibration),
            "latent": latent,
            "synthetic": generated,
            **found,
        },
        tables={
            "columns": errors.merge(calibration, how="left", on="column").merge(shapes, how="left", on="column"),
            "kl_per_dimension": dimensions,
            "worst_rows": worst_rows(model, test, pd.Series(own.test_N, index=test.index), _WORST_ROWS),
            "score_histogram": histogram_table(own.test_N[bench.normal_N], own.fault_P),
            **tables,
        },
        curves=curves,
        threshold=model.calibration.threshold(config.false_alarm_rate),
    )


def _detection(bench: Bench, scores: dict[str, Scores]) -> tuple[dict[str, Topic], dict[str, pd.DataFrame]]:
    config, rows, normal_N = bench.config, bench.rows, bench.normal_N
    hours = config.fault_hours if bench.windows else None
    detection = detection_table(scores, bench.injected, normal_N, config.false_alarm_rate, hours)
    labels = label_table(rows.test, rows.schema, {name: score.test_N for name, score in scores.items()})
    normal_flags = {name: score.flagged_N[normal_N] for name, score in scores.items()}
    months = monthly_false_alarms(rows.test.loc[normal_N, rows.schema.time], normal_flags)
    alarms = false_alarms(scores[OWN].flagged_N, normal_N, bench.windows)
    figures = {
        "detection": summarise_detection(detection, OWN) | alarms,
        "labels": summarise_labels(labels, OWN),
    }
    tables = {
        "detection": detection,
        "detection_by_column": column_detection(scores[OWN], bench.injected, normal_N),
        "labels": labels,
        "false_alarms_by_month": months,
    }
    return figures, tables


def _curves(
    model: FittedModel, bench: Bench, reconstructed: pd.DataFrame, made: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    curves = {}
    for reference in bench.references:
        frames = {"real": bench.rows.test}
        if {reference.x, reference.y} <= set(model.columns):
            frames["reconstructed"] = reconstructed
            if made is not None:
                frames["generated"] = made
        curves[reference.name] = curve_table(reference, frames)
    return curves


def _generation(
    bench: Bench, seen: pd.DataFrame, made: pd.DataFrame | None, curves: Mapping[str, pd.DataFrame]
) -> tuple[Topic, pd.DataFrame]:
    nothing = dict.fromkeys(("curve_error", "rule_pass_rate", "mean_shape"), float("nan"))
    if made is None:
        return nothing, pd.DataFrame(columns=["column", "shape"])
    schema = bench.rows.schema
    shapes = column_shapes(seen, made, schema.features)
    errors = [curve_error(curve, "real", "generated") for curve in curves.values() if "generated" in curve]
    figures = {
        "curve_error": float(np.max(errors)) if errors else float("nan"),
        "rule_pass_rate": rule_pass_rate(made, schema, bench.rules),
        "mean_shape": float(shapes["shape"].mean()),
    }
    return figures, shapes
