"""What the registered model answers to `predict`."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.errors import ConfigError, DataError
from vaegis.fitted.model import FittedModel

ALL: Final = "all"
FALSE_ALARM_RATE: Final = "false_alarm_rate"
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

    Raises:
        DataError: a column is missing or holds values of another type, or `rows` is no table.
        ConfigError: the task is unknown or the rate out of range.
    """
    name, rate = params.get("task", ALL), params.get(FALSE_ALARM_RATE, 0.01)
    if name not in TASKS:
        raise ConfigError(f"task is {name!r}", allowed=", ".join(TASKS), where=_WHERE)
    if not isinstance(rate, int | float) or not 0.0 < rate < 1.0:
        raise ConfigError(f"{FALSE_ALARM_RATE} is {rate!r}", allowed="above 0, below 1", where=_WHERE)
    return TASKS[name](model, _table(rows), float(rate))


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
