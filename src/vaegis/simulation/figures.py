"""The figures of an answer as plain tables: what a chart draws, without any chart."""

from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.simulation.controls import Control
from vaegis.simulation.simulate import Simulated

BINS: Final = 32
USUAL, SCENARIO, AS_IT_WAS, CHANGED = "usual rows", "this scenario", "as it was", "as changed"


def lying(control: Control, sets: dict[str, pd.Series]) -> pd.DataFrame:
    """Return how the values of each set of rows lie: `rows`, `share`, and `level`, or the ends `low` and `high`.

    Of a number, the outermost of the equal parts of the shown range hold all that lies beyond.
    """
    shares = {name: _shares(control, values) for name, values in sets.items()}
    if control.levels:
        frames = [
            pd.DataFrame({"rows": name, "level": control.levels, "share": share}) for name, share in shares.items()
        ]
    else:
        edges = np.linspace(*_range(control), BINS + 1)
        ends = {"low": edges[:-1], "high": edges[1:]}
        frames = [pd.DataFrame({"rows": name, **ends, "share": share}) for name, share in shares.items()]
    return pd.concat(frames, ignore_index=True)


def curves(simulated: Simulated, column: str) -> pd.DataFrame:
    """Return the band of a column at each step of a sweep: `at`, `group`, and what `bands` says of it.

    `at` is the value of the column that was swept first, `group` the values of the others.
    """
    along, *others = simulated.scenario.sweep
    steps = simulated.steps
    steps = steps[steps["case"] != AS_IT_WAS] if "case" in steps else steps
    told = simulated.bands[simulated.bands["column"] == column]
    both = steps[["step", along, *others]].merge(told, on="step")
    group = both[others].astype(str).agg(", ".join, axis=1) if others else ""
    return both.assign(at=both[along], group=group)


def mixes(simulated: Simulated, control: Control) -> pd.DataFrame:
    """Return the share of each level of a column along a sweep: `at`, `level`, `share`; groups are taken together."""
    along = next(iter(simulated.scenario.sweep))
    steps = simulated.steps
    steps = steps[steps["case"] != AS_IT_WAS] if "case" in steps else steps
    at = simulated.rows["step"].map(dict(zip(steps["step"], steps[along], strict=True)))
    counted = pd.crosstab(at, simulated.rows[control.name].astype("string"), normalize="index")
    long = counted.rename_axis(index="at").reset_index().melt("at", var_name="level", value_name="share")
    return long[["at", "level", "share"]]


def way(simulated: Simulated, column: str) -> pd.DataFrame:
    """Return a column along each walk: `z`, `walk`, `value`."""
    return simulated.rows[["z", "walk", column]].rename(columns={column: "value"})


def sets_of(simulated: Simulated, usual: pd.DataFrame, column: str, edge: str = "") -> dict[str, pd.Series]:
    """Return the sets of rows whose values are shown beside each other; `edge`: the one edge of a stress set."""
    rows = simulated.rows
    if simulated.scenario.row:
        cases = simulated.steps["case"].unique()
        names = {0: AS_IT_WAS, 1: CHANGED}
        return {names[number]: rows[column][rows["step"] == number] for number in range(len(cases))}
    if edge:
        rows = rows[rows["stress"] == edge]
    return {USUAL: usual[column], edge or SCENARIO: rows[column]}


def middle(control: Control, values: pd.Series) -> str:
    """Say where values lie: the median and the band of 95 %, or the most frequent level and its share."""
    present = values.dropna()
    missing = f", {1.0 - len(present) / len(values):.0%} missing" if 0 < len(present) < len(values) else ""
    if present.empty:
        return "missing"
    if control.levels:
        shares = present.astype("string").value_counts(normalize=True)
        return f"{shares.index[0]} {shares.iloc[0]:.0%}{missing}"
    low, median, high = (cell(control, value) for value in present.quantile([0.025, 0.5, 0.975]))
    return f"{median} [{low}, {high}]{missing}"


def cell(control: Control, value: Any) -> str:
    """Say a value of a column, a number in the digits of its slider."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "missing"
    return str(value) if control.levels else f"{control.rounded(float(value)):,.{control.decimals}f}"


def facts(simulated: Simulated) -> dict[str, tuple[str, str]]:
    """Return what is to be known before any figure, each with what it means; of several steps the worst."""
    steps = simulated.steps
    worst = "of the worst step" if len(steps) > 1 else ""
    found = {"synthetic rows": (f"{len(simulated.rows):,}", "each marked synthetic")}
    if simulated.scenario.sweep or "step" not in steps:
        name = "edges" if "stress" in steps else "walks" if "walk" in steps else "steps"
        found[name] = (f"{len(steps):,}", f"{', '.join(map(str, simulated.scenario.sweep)) or name} in turn")
    if steps["acceptance"].notna().any():
        share = f"{steps['acceptance'].min():.1%}"
        found["pass hard rules"] = (share, f"share of the rows drawn; the others were drawn again {worst}")
    if "effective" in steps:
        rows = f"{steps['effective'].min():,.0f}"
        found["effective rows"] = (rows, f"independent rows that the drawn ones are worth {worst}")
    if "unusual" in steps:
        share = f"{steps['unusual'].max():.1%}"
        found["unusual"] = (
            share,
            f"rows that the model finds unusual {worst}: a p-value of at most 1 %, which 1 % of real rows have",
        )
    return found


def notes(simulated: Simulated) -> list[str]:
    """Return what must be known to believe the figures."""
    told = [
        f"{name} = {simulated.scenario.hold[name]} stands for all from {level['low']:.4g} to {level['high']:.4g}: the "
        f"generator knows numbers by levels, and this one is {level['share']:.2%} of the training rows"
        for name, level in simulated.levels.items()
    ]
    if simulated.skipped:
        told.append(f"rules not asked, as their columns are not generated: {len(simulated.skipped)}")
    return told


def _range(control: Control) -> tuple[float, float]:
    low, high = control.shown
    return (low, high) if high > low else (low, low + 1.0)


def _shares(control: Control, values: pd.Series) -> list[float]:
    present = values.dropna()
    if control.levels:
        shares = present.astype("string").value_counts(normalize=True)
        return [float(shares.get(level, 0.0)) for level in control.levels]
    edges = np.linspace(*_range(control), BINS + 1)
    inside = np.clip(present.to_numpy(dtype=np.float64), edges[0], edges[-1])
    return [float(share) for share in np.histogram(inside, edges)[0] / max(1, len(inside))]
