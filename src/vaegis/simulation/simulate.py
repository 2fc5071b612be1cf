"""A model and a scenario to rows, with what they come to and where they are from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import pandas as pd

from vaegis.contract import Rule
from vaegis.errors import ConfigError
from vaegis.fitted.model import FittedModel
from vaegis.quality.rows import PassingShare, passing_share
from vaegis.quality.suite import columns_of, label
from vaegis.simulation.bands import bands
from vaegis.simulation.counterfactual import find_row, steps_of
from vaegis.simulation.population import Population, Step, populate
from vaegis.simulation.scenario import WHERE, Scenario
from vaegis.simulation.stress import pool_rows, stress_sets
from vaegis.simulation.values import Settable, grid, swept_values
from vaegis.simulation.walk import walk_between, walk_latents

SYNTHETIC: Final = "synthetic"
"""Name of the column that marks every row."""
UNUSUAL: Final = 0.01
"""P-value up to which a generated row counts as one that the model itself finds unusual."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulated:
    """Rows of a scenario; `synthetic` is true in each."""

    scenario: Scenario
    content_digest: str
    rows: pd.DataFrame
    steps: pd.DataFrame
    """One row a step: what was set, `rows`, `drawn`, `acceptance`, `method`, `effective`, `unusual`."""
    bands: pd.DataFrame = field(default_factory=pd.DataFrame)
    """One row a step and column (`vaegis.simulation.bands`)."""
    levels: dict[str, Any] = field(default_factory=dict)
    """For each number that was held: the range of values that it stands for."""
    observed: dict[str, Any] = field(default_factory=dict)
    """Of a real row: its free columns as they were."""
    skipped: tuple[str, ...] = ()
    """Rules whose columns the rows do not have."""


def simulate(
    model: FittedModel,
    scenario: Scenario,
    *,
    rules: Sequence[Rule] | None = (),
    source: pd.DataFrame | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Simulated:
    """Return the rows of a scenario.

    Args:
        model: a fitted model; without a generator only its conditions can be set.
        scenario: what is asked.
        rules: rules beside those of the contract; generated rows that break a critical one of row level are drawn
            again. None: no rule is asked.
        source: the real rows that the scenario names.
        tell: hears of each step that was drawn.

    Raises:
        ConfigError: the scenario contradicts itself or asks for what the model has not.
        DataError: a column or value is unknown or out of range, or hardly any row passes the rules.
    """
    own = _own_rules(model, scenario)
    check = None if rules is None else partial(passing_share, schema=model.schema, rules=(*rules, *own))
    if scenario.walk:
        return _walked(model, scenario, check, source)
    if scenario.stress:
        return _stressed(model, scenario, check, tell)
    return _populated(model, scenario, check, source, tell)


def count_steps(model: FittedModel, scenario: Scenario) -> int:
    """Return how often `simulate` tells."""
    if scenario.walk or scenario.stress:
        return 1
    return len(grid(swept_values(Settable(model), scenario.sweep))) + bool(scenario.row)


Check = Callable[[pd.DataFrame], PassingShare]


def _populated(
    model: FittedModel,
    scenario: Scenario,
    check: Check | None,
    source: pd.DataFrame | None,
    tell: Callable[[int], None],
) -> Simulated:
    settable = Settable(model)
    set_ = {*scenario.hold, *scenario.shift, *scenario.sweep, *scenario.free}
    if not set_ <= {column.name for column in model.schema.conditions}:
        require_generator(model)
    swept = grid(swept_values(settable, scenario.sweep))
    held = {name: settable.value(name, value) for name, value in scenario.hold.items()}
    observed: dict[str, Any] = {}
    if scenario.row:
        row = find_row(_needed(source), model.schema, scenario.row)
        steps = steps_of(model, settable, scenario, row, swept)
        observed = {name: row[name] for name in scenario.free}
    else:
        for name in scenario.shift:
            _require_number(settable, name)
        steps = [Step(label=values, given={**held, **values}, shift=scenario.shift) for values in swept]
    populations = populate(model, steps, scenario.rows, scenario.seed, check, tell)
    told = [_step(model, number, item) for number, item in enumerate(populations)]
    rows = [item.rows.assign(step=number) for number, item in enumerate(populations)]
    shown = [column for column in model.schema.inputs if not scenario.row or column.name in scenario.free]
    none = populations[0].rows.iloc[:0]
    return Simulated(
        scenario=scenario,
        content_digest=model.content_digest,
        rows=_marked(pd.concat(rows, ignore_index=True)),
        steps=pd.DataFrame(told),
        bands=bands(populations, shown),
        levels={name: level for name, value in held.items() if (level := settable.stands_for(name, value))},
        observed=observed,
        skipped=() if check is None else check(none).skipped,
    )


def _walked(model: FittedModel, scenario: Scenario, check: Check | None, source: pd.DataFrame | None) -> Simulated:
    if all(name.startswith("z_") for name in scenario.walk):
        made = walk_latents(model, scenario.walk, scenario.seed)
    elif len(scenario.walk) == 2:
        made = walk_between(model, _needed(source), model.schema, (scenario.walk[0], scenario.walk[1]))
    else:
        what = f"a walk of {len(scenario.walk)} names"
        raise ConfigError(what, allowed="latents such as z_0, or two rows", where=f"{WHERE}: walk")
    made["pvalue"] = model.pvalue(made.reindex(columns=model.columns)).to_numpy()
    passing = None if check is None else check(made)
    if passing is not None:
        made["passes"] = passing.passes_N
    told = [
        {"walk": name, "rows": len(part), "acceptance": float(part["passes"].mean()) if passing else None}
        for name, part in made.groupby("walk", sort=False)
    ]
    return Simulated(
        scenario=scenario,
        content_digest=model.content_digest,
        rows=_marked(made),
        steps=pd.DataFrame(told),
        skipped=passing.skipped if passing else (),
    )


def _stressed(model: FittedModel, scenario: Scenario, check: Check | None, tell: Callable[[int], None]) -> Simulated:
    (pool,) = populate(model, [Step()], pool_rows(scenario.rows, scenario.stress), scenario.seed, check, tell)
    made = stress_sets(model, pool.rows, scenario.rows, scenario.stress)
    told = [
        {"stress": name, "rows": len(part), "acceptance": pool.acceptance, "unusual": _unusual(model, part)}
        for name, part in made.groupby("stress", sort=False)
    ]
    return Simulated(
        scenario=scenario,
        content_digest=model.content_digest,
        rows=_marked(made),
        steps=pd.DataFrame(told),
        skipped=() if check is None else check(pool.rows.iloc[:0]).skipped,
    )


def _step(model: FittedModel, number: int, item: Population) -> dict[str, Any]:
    return {
        "step": number,
        **item.step.label,
        "rows": len(item.rows),
        "drawn": item.drawn,
        "acceptance": item.acceptance,
        "method": item.method,
        "effective": item.worth,
        "unusual": _unusual(model, item.rows),
    }


def _unusual(model: FittedModel, rows: pd.DataFrame) -> float:
    return float((model.pvalue(rows) <= UNUSUAL).mean())


def _marked(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{SYNTHETIC: True})


def _own_rules(model: FittedModel, scenario: Scenario) -> list[Rule]:
    """Return the scenario's rules: of row level, on columns that are generated."""
    own = []
    for record in scenario.rules:
        try:
            rule = Rule(**record)
        except TypeError as error:
            raise ConfigError(f"a rule: {error}", allowed="type, kwargs, why", where=f"{WHERE}: rules") from None
        names = columns_of(rule)
        if not names or not set(names) <= set(model.columns):
            what = f"rule {label(rule)} is on no generated column"
            raise ConfigError(what, allowed=", ".join(model.columns), where=f"{WHERE}: rules")
        own.append(rule)
    return own


def _needed(source: pd.DataFrame | None) -> pd.DataFrame:
    if source is None:
        raise ConfigError("the scenario names a real row", allowed="a file of rows", where="--source")
    return source


def require_generator(model: FittedModel) -> None:
    """Refuse a model that cannot draw rows given some of their columns.

    Raises:
        ConfigError: it was fitted without a generator.
    """
    if model.generator is None:
        what = "this model has no generator, so nothing but its conditions can be set"
        raise ConfigError(what, allowed="autoregressive", where="params.yaml: generator.kind")


def _require_number(settable: Settable, name: str) -> None:
    column = settable.column(name)
    if column.is_discrete or column.dtype == "timestamp":
        what = f"column {name!r} holds levels or times"
        raise ConfigError(what, allowed="shift of a number", where=f"{WHERE}: shift")
