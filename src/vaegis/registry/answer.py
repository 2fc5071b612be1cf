"""What the registered model answers to `predict`."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.errors import ConfigError, DataError
from vaegis.fitted.model import FittedModel
from vaegis.serving.scored import name_reasons

ALL: Final = "all"
FALSE_ALARM_RATE: Final = "false_alarm_rate"
REASONS: Final = "reasons"
_RECONSTRUCTED: Final = "reconstructed_"
_WHERE: Final = 'predict(frame, params={"task": ...})'


def score(model: FittedModel, frame: pd.DataFrame, false_alarm_rate: float) -> pd.DataFrame:
    """Return `score` (nats, higher is more anomalous), conformal `pvalue`, and `flag`: pvalue <= false_alarm_rate."""
    scores = model.score(frame)
    return _judged(scores, model.calibration.pvalue_N(scores.to_numpy()), false_alarm_rate)


def encode(model: FittedModel, frame: pd.DataFrame, _: float) -> pd.DataFrame:
    """Return the posterior means `z_0`, `z_1`, ..."""
    return model.encode(frame).astype("float64")


def reconstruct(model: FittedModel, frame: pd.DataFrame, _: float) -> pd.DataFrame:
    """Return the expected columns, named `reconstructed_<column>`, in their units."""
    return model.expect(frame).add_prefix(_RECONSTRUCTED)


def everything(model: FittedModel, frame: pd.DataFrame, false_alarm_rate: float) -> pd.DataFrame:
    """Return all of it side by side, in one pass over the rows."""
    seen = model.read(frame)
    judged = _judged(seen.score, seen.pvalue.to_numpy(), false_alarm_rate)
    rebuilt = seen.expect.add_prefix(_RECONSTRUCTED)
    return pd.concat([judged, seen.encode.astype("float64"), rebuilt], axis=1)


TASKS: Final[dict[str, Callable[[FittedModel, pd.DataFrame, float], pd.DataFrame]]] = {
    "score": score,
    "encode": encode,
    "reconstruct": reconstruct,
    ALL: everything,
}


def answer(model: FittedModel, rows: Any, params: Mapping[str, Any]) -> pd.DataFrame:
    """Do the task; the model itself checks the rows by the contract.

    Task `score` with `reasons` above 0 adds a column `reasons`: that many columns of each flagged row, the guiltiest
    first.

    Raises:
        DataError: a column is missing or holds values of another type, or `rows` is no table.
        ConfigError: the task is unknown, the rate out of range, or reasons are asked for where there are none.
    """
    name, rate = params.get("task", ALL), params.get(FALSE_ALARM_RATE, 0.01)
    if name not in TASKS:
        raise ConfigError(f"task is {name!r}", allowed=", ".join(TASKS), where=_WHERE)
    if not isinstance(rate, int | float) or not 0.0 < rate < 1.0:
        raise ConfigError(f"{FALSE_ALARM_RATE} is {rate!r}", allowed="above 0, below 1", where=_WHERE)
    top = _read_reasons(params, name)
    frame = _table(rows)
    done = TASKS[name](model, frame, float(rate))
    return done.assign(**{REASONS: _reasons_N(model, frame, done["flag"].to_numpy(), top)}) if top else done


def _read_reasons(params: Mapping[str, Any], task: str) -> int:
    top = params.get(REASONS, 0)
    if not isinstance(top, int | np.integer) or isinstance(top, bool) or top < 0:
        raise ConfigError(f"{REASONS} is {top!r}", allowed="a whole number, 0 or more", where=_WHERE)
    if top and task != "score":
        raise ConfigError(f"{REASONS} is {top!r} in task {task!r}", allowed="0, or task 'score'", where=_WHERE)
    return int(top)


def _reasons_N(model: FittedModel, frame: pd.DataFrame, flag_N: np.ndarray, top: int) -> np.ndarray:
    """Return text for every row, empty where it is not flagged: MLflow writes a missing one as `None` through Spark."""
    rows = frame.reset_index(drop=True)  # explanations are found by label: one a row
    lines = model.explain(rows[flag_N], top=top)
    return np.asarray(name_reasons(lines, rows.index).fillna("").to_numpy(dtype=object))


def _judged(scores: pd.Series, pvalues_N: np.ndarray, false_alarm_rate: float) -> pd.DataFrame:
    data = {"score": scores.to_numpy(), "pvalue": pvalues_N, "flag": pvalues_N <= false_alarm_rate}
    return pd.DataFrame(data, index=scores.index)


def _table(rows: Any) -> pd.DataFrame:
    """Return rows as a frame: MLflow's server passes JSON on as a list of records or a mapping of columns."""
    if isinstance(rows, pd.DataFrame):
        return rows
    if isinstance(rows, Mapping):
        columns = {name: [value] if _is_scalar(value) else value for name, value in rows.items()}
        return pd.DataFrame(columns)
    if isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows):
        return pd.DataFrame(rows)
    raise DataError(f"predict was given a {type(rows).__name__}", allowed="a DataFrame, or records", where="the rows")


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str) or not hasattr(value, "__len__")
