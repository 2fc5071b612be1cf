"""What is said of rows over HTTP. N rows, D numeric and C discrete columns, X = D + C; F flagged rows."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from vaegis.data.levels import RARE
from vaegis.data.seconds import as_times
from vaegis.errors import ConfigError
from vaegis.scoring.attribution import worst_columns
from vaegis.serving.limits import Limits
from vaegis.serving.rows import Rows
from vaegis.serving.scorer import BAND, Scorer

_WHERE: Final = "the request"
_FEW: Final = 4
"""Rows up to which plain numbers are quicker than arrays."""
DEFAULTS: Final[dict[str, Any]] = {"false_alarm_rate": 0.01, "reasons": 3}
"""What a request may say beside its rows."""


def read_settings(said: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Return the settings of a request over the defaults.

    Raises:
        ConfigError: one is unknown, mistyped or out of range.
    """
    if not said.keys() <= DEFAULTS.keys():
        stranger = min(said.keys() - DEFAULTS.keys())
        raise ConfigError(f"unknown key {stranger!r}", allowed=", ".join(("rows", *DEFAULTS)), where=_WHERE)
    settings = {**DEFAULTS, **said}
    rate, reasons = settings["false_alarm_rate"], settings["reasons"]
    if type(rate) not in (int, float) or not 0.0 < rate < 1.0:
        raise ConfigError(f"false_alarm_rate is {rate!r}", allowed="above 0, below 1", where=_WHERE)
    if type(reasons) is not int or not 0 <= reasons <= limits.max_reasons:
        raise ConfigError(f"reasons is {reasons!r}", allowed=f"0 to {limits.max_reasons}", where=_WHERE)
    return settings


def score(scorer: Scorer, rows: Rows, settings: dict[str, Any]) -> dict[str, Any]:
    """Return `score`, `pvalue`, `flag` by row, by flagged row its guiltiest columns, by row its unseen levels."""
    scorer.require_score()
    scores: list[float] = scorer.score_N(rows.arrays).tolist()
    calibration, rate = scorer.calibration, settings["false_alarm_rate"]
    few = len(scores) <= _FEW
    pvalues = list(map(calibration.pvalue, scores)) if few else calibration.pvalue_N(np.array(scores)).tolist()
    flags = [pvalue <= rate for pvalue in pvalues]
    flagged = [row for row, flag in enumerate(flags) if flag]
    reasons = _reasons(scorer, rows, np.array(flagged), settings["reasons"]) if flagged and settings["reasons"] else {}
    return {
        "score": scores,
        "pvalue": pvalues,
        "flag": flags,
        "reasons": {str(row): lines for row, lines in reasons.items()},
        "unseen": {str(row): names for row, names in rows.unseen.items()},
    }


def encode(scorer: Scorer, rows: Rows, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the posterior means, one list a row."""
    del settings
    return {"latent": scorer.see(rows.arrays).latent_NK.tolist()}


def reconstruct(scorer: Scorer, rows: Rows, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the expected value of each column, one list a column."""
    del settings
    seen = scorer.see(rows.arrays)
    frame = scorer.transform.bound(scorer.transform.decode(seen.mean_ND, seen.codes_NC))
    return {"expected": {str(name): [_json(value) for value in frame[name].tolist()] for name in scorer.features}}


TASKS: Final[dict[str, Callable[[Scorer, Rows, dict[str, Any]], dict[str, Any]]]] = {
    "score": score,
    "encode": encode,
    "reconstruct": reconstruct,
}


def _reasons(scorer: Scorer, rows: Rows, flagged_F: np.ndarray, top: int) -> dict[int, list[Any]]:
    """Return a line for each of the `top` guiltiest columns of each flagged row, worst first."""
    flagged = rows.arrays.take(flagged_F)
    seen = scorer.see(flagged)
    contribution_FX = scorer.contributions_NX(seen, flagged)
    contribution_FX[:, scorer.given_X] = -np.inf
    worst_FT = worst_columns(contribution_FX, min(top, len(scorer.features)))
    mean_FD, spread_FD = seen.mean_ND, BAND * seen.std_ND
    edges = [scorer.transform.in_units(edge_FD) for edge_FD in (mean_FD, mean_FD - spread_FD, mean_FD + spread_FD)]
    codes_FC = seen.codes_NC
    lines: dict[int, list[Any]] = {}
    for f, row in enumerate(flagged_F.tolist()):
        lines[row] = []
        for x in worst_FT[f].tolist():
            name = scorer.batch_columns[x]
            told = _numeric_line(scorer, edges, f, x) if x < mean_FD.shape[1] else _level_line(scorer, codes_FC, f, x)
            guilt = float(contribution_FX[f, x])
            lines[row].append({"column": name, "contribution": guilt, "observed": _json(rows.cell(row, name)), **told})
    return lines


def _numeric_line(scorer: Scorer, edges: list[np.ndarray], f: int, x: int) -> dict[str, Any]:
    amounts = [edge_FD[f, x : x + 1] for edge_FD in edges]
    if scorer.numeric[x].dtype == "timestamp":
        return dict(zip(("expected", "low", "high"), [_json(as_times(one).iloc[0]) for one in amounts], strict=True))
    return dict(zip(("expected", "low", "high"), [_json(float(one[0])) for one in amounts], strict=True))


def _level_line(scorer: Scorer, codes_FC: np.ndarray, f: int, x: int) -> dict[str, Any]:
    c = x - len(scorer.numeric)
    levels, code = scorer.transform.levels[c], int(codes_FC[f, c])
    level: Any = levels[code - 1] if 0 < code <= len(levels) else None
    if scorer.discrete[c].dtype != "string":
        level = None if level in (None, RARE) else float(level)
    return {"expected": level, "low": None, "high": None}


def _json(value: Any) -> Any:
    """Bring a cell to what JSON can hold."""
    if hasattr(value, "isoformat"):
        return value.isoformat() if value == value else None  # noqa: PLR0124 - NaT is not itself
    return None if isinstance(value, float) and not np.isfinite(value) else value
