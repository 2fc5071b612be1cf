"""What `vaegis simulate` says of its rows."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pandas as pd
from rich.console import RenderableType
from rich.table import Table

from vaegis.cli.output import cell, table
from vaegis.data.plain import plain_cell, plain_rows
from vaegis.simulation.optimum import Optimum
from vaegis.simulation.simulate import Simulated

_BAND: Final = "p2.5", "p50", "p97.5"


def record(simulated: Simulated, address: str, best: Sequence[Optimum], output: Path | None) -> dict[str, Any]:
    """Return all that is known of the rows, as plain JSON; the rows themselves stand in the file."""
    return {
        "model": address,
        "content_digest": simulated.content_digest,
        "synthetic": True,
        "scenario": simulated.scenario.to_json(),
        "rows": len(simulated.rows),
        "steps": plain_rows(simulated.steps),
        "bands": plain_rows(simulated.bands),
        "held_levels": simulated.levels,
        "observed": {name: plain_cell(value) for name, value in simulated.observed.items()},
        "rules_not_asked": list(simulated.skipped),
        "optima": [asdict(item) for item in best],
        "output": None if output is None else str(output),
    }


def told(simulated: Simulated, address: str, target: str, best: Sequence[Optimum]) -> list[RenderableType]:
    """Return what a person reads."""
    scenario = simulated.scenario
    lines: list[RenderableType] = [f"{len(simulated.rows):,} synthetic rows by {address}, seed {scenario.seed}"]
    if simulated.bands.empty:
        lines.append(_grid(simulated.steps))
    elif scenario.row:
        lines.append(_counterfactual(simulated))
    elif len(simulated.steps) == 1:
        lines += [_population(simulated), _how(simulated.steps.iloc[0])]
    else:
        lines.append(_swept(simulated, target))
    lines += [_level(name, level) for name, level in simulated.levels.items()]
    lines += [_best(item, target) for item in best]
    if simulated.skipped:
        lines.append(
            f"rules not asked, as their columns are not generated: {len(simulated.skipped)} (--json names them)"
        )
    return lines


def _population(simulated: Simulated) -> Table:
    grid = table("column", "mean", *_BAND, "most frequent")
    for band in simulated.bands.to_dict("records"):
        numbers = [cell(band.get(name)) for name in ("mean", *_BAND)]
        top = f"{band['top']} ({band['top_share']:.0%})" if isinstance(band.get("top"), str) else ""
        grid.add_row(band["column"], *numbers, top)
    return grid


def _counterfactual(simulated: Simulated) -> Table:
    steps = simulated.steps
    set_ = [name for name in steps.columns if name in {*simulated.scenario.hold, *simulated.scenario.shift}]
    set_ += list(simulated.scenario.sweep)
    grid = table("column", "observed", "case", *set_, *_BAND, "most frequent")
    for band in simulated.bands.sort_values(["column", "step"], kind="stable").to_dict("records"):
        step = steps.iloc[int(band["step"])]
        cells = [cell(step.get(name)) for name in ("case", *set_)]
        numbers = [cell(band.get(name)) for name in _BAND]
        grid.add_row(band["column"], cell(simulated.observed[band["column"]]), *cells, *numbers, cell(band.get("top")))
    return grid


def _swept(simulated: Simulated, target: str) -> Table:
    numbers = simulated.bands.dropna(subset=["mean"]) if "mean" in simulated.bands else simulated.bands
    set_ = {*simulated.scenario.hold, *simulated.scenario.sweep}
    follow = [name for name in numbers["column"].unique() if name not in set_]
    shown = target if target in set(numbers["column"]) else next(iter(follow), "")
    means = numbers[numbers["column"] == shown][["step", "mean", "low", "high", *_BAND]]
    both = simulated.steps.merge(means, on="step", how="left")
    named = both.rename(columns={"mean": f"mean {shown}"}).drop(columns=["step", "rows", "drawn", "effective"])
    return _grid(named)


def _how(step: pd.Series) -> str:
    return (
        f"{step['acceptance']:.1%} of {step['drawn']:,} rows drawn pass the rules; method {step['method']}, worth "
        f"{step['effective']:,.0f} independent rows; the model finds {step['unusual']:.1%} unusual (of usual rows 1 %)"
    )


def _level(name: str, level: dict[str, Any]) -> str:
    low, high, share = level["low"], level["high"], level["share"]
    return f"{name}: the other columns follow what rows from {low:.4g} to {high:.4g} are like ({share:.2%} of training)"


def _best(item: Optimum, target: str) -> str:
    group = "".join(f"{name} {value}: " for name, value in item.group.items())
    if item.at is None:
        return f"{group}no optimum of {target}: {item.reason}"
    return f"{group}{target} is best at {item.at:.2f} [{item.low:.2f}, {item.high:.2f}]"


def _grid(frame: pd.DataFrame) -> Table:
    grid = table(*map(str, frame.columns))
    for row in frame.itertuples(index=False):
        grid.add_row(*map(cell, row))
    return grid
