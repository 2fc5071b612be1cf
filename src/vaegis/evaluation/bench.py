"""The test bench every model is put on: the same rows, the same faults, the same baselines."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.config.evaluate import EvaluateConfig
from vaegis.contract import Rule
from vaegis.evaluation.derivation import Derive
from vaegis.evaluation.detection.baselines import Detector, fit_baselines
from vaegis.evaluation.detection.faults import Injected, inject_faults
from vaegis.evaluation.detection.injected import Scores, flag_above
from vaegis.evaluation.detection.row_faults import inject_row_faults
from vaegis.evaluation.detection.sensors import find_sensors
from vaegis.evaluation.detection.targets import find_targets
from vaegis.evaluation.detection.windows import Window, find_windows
from vaegis.evaluation.references import Reference
from vaegis.evaluation.rows import EvaluationRows
from vaegis.fitted.model import FittedModel

_LOG = logging.getLogger(__name__)

OWN: Final = "model"
"""Name of the judged model among scorers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """What all models are judged on."""

    config: EvaluateConfig
    rows: EvaluationRows
    references: Sequence[Reference]
    rules: Sequence[Rule]
    derive: Derive
    windows: Sequence[Window]
    """Where faults that last were put; none where they sit in single rows."""
    injected: Injected
    baselines: dict[str, Scores]

    @property
    def normal_N(self) -> np.ndarray:
        """Return True for test rows that no label marks."""
        return self.rows.normal


def build_bench(
    rows: EvaluationRows,
    references: Sequence[Reference],
    rules: Sequence[Rule],
    derive: Derive,
    config: EvaluateConfig,
) -> Bench:
    """Inject faults, fit baselines on the training rows and score both kinds of rows with them."""
    windows, injected = put_faults(rows, derive, config)
    detectors = fit_baselines(rows.train, rows.schema, references, config.seed)
    scores = {
        name: score_detector(detector, rows, injected.frame, config.false_alarm_rate)
        for name, detector in detectors.items()
    }
    return Bench(
        config=config,
        rows=rows,
        references=references,
        rules=rules,
        derive=derive,
        windows=windows,
        injected=injected,
        baselines=scores,
    )


def put_faults(rows: EvaluationRows, derive: Derive, config: EvaluateConfig) -> tuple[list[Window], Injected]:
    """Inject faults into copies of test rows; return the windows they last for, if any, and what was done.

    Series get faults that last; events, and series without a full normal window, get them in single rows.
    """
    windows = find_windows(rows, config.fault_hours)
    sensors = find_sensors(rows.train, rows.schema, derive) if windows else ()
    if windows and sensors:
        return windows, inject_faults(rows, windows, sensors, derive, config)
    if rows.schema.cadence_seconds:
        _LOG.warning(
            "no full normal window of %g hours, or no sensor: faults are put into single rows", config.fault_hours
        )
    return [], inject_row_faults(rows, find_targets(rows.train, rows.schema, derive), derive, config)


def score_detector(detector: Detector, rows: EvaluationRows, altered: pd.DataFrame, false_alarm_rate: float) -> Scores:
    """Score with a baseline; its threshold comes from the calibration rows, as the model's does."""
    calibration_M, test_N = detector.score(rows.calibration), detector.score(rows.test)
    fault_P = detector.score(altered) if len(altered) else np.empty(0)
    return Scores(
        test_N=test_N,
        fault_P=fault_P,
        flagged_N=flag_above(calibration_M, false_alarm_rate, test_N),
        flagged_P=flag_above(calibration_M, false_alarm_rate, fault_P),
    )


def score_model(model: FittedModel, bench: Bench) -> Scores:
    """Score with a fitted model; flags are its own conformal p-values at the asked rate."""
    rate = bench.config.false_alarm_rate
    test_N, fault_P = (model.score(frame).to_numpy() for frame in (bench.rows.test, bench.injected.frame))
    return Scores(
        test_N=test_N,
        fault_P=fault_P,
        flagged_N=model.calibration.pvalue_N(test_N) <= rate,
        flagged_P=model.calibration.pvalue_N(fault_P) <= rate,
    )
