"""`vaegis simulate`: rows under a scenario."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vaegis import paths
from vaegis.cli.options import Address, AsJson, Output, require_suffix
from vaegis.cli.output import emit, progress
from vaegis.durable import require_place
from vaegis.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

    from vaegis.simulation.optimum import Optimum
    from vaegis.simulation.scenario import Scenario
    from vaegis.simulation.simulate import Simulated

_Texts = list[str] | None
_Hold = Annotated[_Texts, typer.Option(metavar="COLUMN=VALUE", help="A value for all rows.")]
_Shift = Annotated[_Texts, typer.Option(metavar="COLUMN=AMOUNT", help="Moves the values a column would have.")]
_Sweep = Annotated[_Texts, typer.Option(metavar="COLUMN=LOW:HIGH[:STEPS]", help="Values in turn; also A,B,C.")]
_By = Annotated[_Texts, typer.Option(metavar="COLUMN", help="Every level of a column in turn.")]
_Row = Annotated[str | None, typer.Option(metavar="NAME", help="A real row: KEYS|TIME, or its number.")]
_Free = Annotated[_Texts, typer.Option(metavar="COLUMN", help="Columns of that row that follow what is set.")]
_Walk = Annotated[_Texts, typer.Option(metavar="z_0|ROW", help="A latent to move, or two rows to go between.")]
_Stress = Annotated[float | None, typer.Option(help="Stress sets: rows in so small a share at each edge.")]
_Target = Annotated[str, typer.Option(metavar="COLUMN", help="Where along the first sweep it is best.")]


def simulate(  # noqa: PLR0913, PLR0917 - options of a command
    scenario: Annotated[Path | None, typer.Argument(metavar="SCENARIO", help="YAML: the options as keys.")] = None,
    hold: _Hold = None,
    shift: _Shift = None,
    sweep: _Sweep = None,
    by: _By = None,
    row: _Row = None,
    free: _Free = None,
    walk: _Walk = None,
    stress: _Stress = None,
    rows: Annotated[int | None, typer.Option(help="Rows of each step; 1,000 if nothing says so.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same rows.")] = None,
    optimise: _Target = "",
    goal: Annotated[str, typer.Option(help="max or min.")] = "max",
    source: Annotated[Path, typer.Option(help="Parquet file that holds the real row.")] = paths.CLEAN_ROWS,
    rules: Annotated[Path, typer.Option(help="Hard rules beside those of the contract.")] = paths.RULES,
    no_rules: Annotated[bool, typer.Option("--no-rules", help="Keep rows that break rules.")] = False,
    model: Address = "",
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Generate rows under a scenario: columns held, shifted or swept, or a real row under other circumstances.

    Rows that break a hard rule are drawn again, and the share that passed is said. Every row is marked synthetic.
    """
    from vaegis.simulation.scenario import Scenario  # noqa: PLC0415 - yaml

    require_suffix(output, ".parquet", "--output")
    flags: dict[str, Any] = {"row": row, "free": free, "walk": walk, "stress": stress, "rows": rows, "seed": seed}
    flags = {name: value for name, value in flags.items() if value not in (None, [])} | _set(hold, shift, sweep, by)
    asked = Scenario.of({}, **flags) if scenario is None else Scenario.load(scenario, **flags)
    _require_target(asked, optimise, goal)
    if output is not None:
        from vaegis.data.origin import is_generated  # noqa: PLC0415 - pyarrow

        require_place(output, [source], is_generated, allowed="generated rows")
    address, simulated = _run(asked, optimise, model, None if no_rules else rules, source)
    best = _optima(simulated, optimise, goal) if optimise else []
    if output is not None:
        from vaegis.simulation.provenance import write_simulated  # noqa: PLC0415

        write_simulated(output, simulated, address)
    from vaegis.cli.simulated import record, told  # noqa: PLC0415

    written = f"written to {output}" if output else "--output FILE keeps the rows"
    emit(record(simulated, address, best, output), as_json, *told(simulated, address, optimise, best), written)


def _set(hold: _Texts, shift: _Texts, sweep: _Texts, by: _Texts) -> dict[str, dict[str, Any]]:
    """Return what columns are set to, without what sets none."""
    moved = {name: _amount(name, value) for name, value in _pairs("--shift", shift).items()}
    swept = {**_pairs("--sweep", sweep), **dict.fromkeys(by or (), "all")}
    set_ = {"hold": _pairs("--hold", hold), "shift": moved, "sweep": swept}
    return {name: values for name, values in set_.items() if values}


def _run(asked: "Scenario", target: str, model: str, rules: Path | None, source: Path) -> "tuple[str, Simulated]":
    from vaegis.cli.model import open_model  # noqa: PLC0415 - imports torch
    from vaegis.contract import load_rules  # noqa: PLC0415
    from vaegis.data.tables import read_frame  # noqa: PLC0415
    from vaegis.simulation.simulate import count_steps, simulate  # noqa: PLC0415 - great_expectations, seconds
    from vaegis.simulation.values import Settable  # noqa: PLC0415

    address, fitted = open_model(model)
    real: pd.DataFrame | None = (
        read_frame(source, "--source") if asked.row or (asked.walk and source.is_file()) else None
    )
    hard = None if rules is None else load_rules(rules)
    if target and Settable(fitted).column(target).is_discrete:
        raise ConfigError(f"{target!r} holds levels", allowed="a number", where="--optimise")
    with progress("steps", count_steps(fitted, asked)) as tell:
        return address, simulate(fitted, asked, rules=hard, source=real, tell=tell)


def _optima(simulated: "Simulated", column: str, goal: str) -> "list[Optimum]":
    from vaegis.simulation.optimum import optima  # noqa: PLC0415

    along, *others = simulated.scenario.sweep
    by = next((name for name in others if simulated.scenario.sweep[name] == "all"), None)
    means = simulated.bands[simulated.bands["column"] == column]
    curve = simulated.steps.merge(means[["step", "mean", "low", "high"]], on="step")
    return optima(curve, along, by, goal, simulated.scenario.seed)


def _require_target(asked: "Scenario", optimise: str, goal: str) -> None:
    from vaegis.simulation.optimum import GOALS  # noqa: PLC0415

    if goal not in GOALS:
        raise ConfigError(f"goal is {goal!r}", allowed=", ".join(GOALS), where="--goal")
    if optimise and (not asked.sweep or asked.row):
        raise ConfigError("nothing is swept", allowed="--sweep COLUMN=LOW:HIGH", where="--optimise")
    if optimise and optimise in {*asked.hold, *asked.shift, *asked.sweep}:
        raise ConfigError(f"{optimise!r} is set", allowed="a column that follows", where="--optimise")


def _pairs(option: str, words: _Texts) -> dict[str, Any]:
    found = {}
    for word in words or ():
        name, equals, value = word.partition("=")
        if not (name and equals and value):
            raise ConfigError(f"{option} {word}", allowed="COLUMN=VALUE", where=option)
        if name in found:
            raise ConfigError(f"{option} names {name!r} twice", allowed="each column once", where=option)
        found[name] = value
    return found


def _amount(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise ConfigError(f"--shift {name}={value}", allowed="COLUMN=NUMBER", where="--shift") from None
