"""Which table of the evidence becomes which picture, and where it stands."""

from collections.abc import Callable
from typing import Final

import pandas as pd

from vaegis.evaluation.report import charts_detection, charts_model
from vaegis.evaluation.report.chart import Chart

CHARTS: Final[dict[str, tuple[str, Callable[[pd.DataFrame], Chart | None], str]]] = {
    "columns": ("reconstruction", charts_model.columns, "columns"),
    "history": ("reconstruction", charts_model.training, "training_curves"),
    "detection": ("detection", charts_detection.detection, "detection"),
    "score_histogram": ("detection", charts_detection.score_histogram, "score_histogram"),
    "false_alarms_by_month": ("detection", charts_detection.false_alarms_by_month, ""),
    "kl_per_dimension": ("latent", charts_model.kl_per_dimension, "kl_per_dimension"),
    "curve": ("synthetic", charts_model.curve, "reference_"),
}
"""Table -> topic, how it is drawn, which drawn figure it takes the place of: its name, or its beginning with `_`."""
