"""One real row under other circumstances: what is set changes, what is free follows, the rest stays."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from vaegis.contract import TableSchema
from vaegis.errors import ConfigError, DataError
from vaegis.fitted.model import FittedModel
from vaegis.simulation.population import Step
from vaegis.simulation.scenario import WHERE, Scenario
from vaegis.simulation.values import Settable


def find_row(rows: pd.DataFrame, schema: TableSchema, name: str) -> pd.Series:
    """Return a row by its name (keys and time joined by `|`; without a zone it is UTC) or by its number.

    Raises:
        DataError: there is no such row.
    """
    form = ""
    if name.isdigit():
        if int(name) < len(rows):
            return rows.iloc[int(name)]
    elif {*schema.keys, schema.time} <= set(rows.columns):
        name = _in_full(name)
        found = _at_time(rows, schema, name)
        found = found[(schema.row_ids(found) == name).to_numpy()]
        if len(found):
            return found.iloc[0]
        form = f", such as {schema.row_ids(rows.iloc[:1]).iloc[0]}" if len(rows) else ""
    allowed = f"0 to {len(rows) - 1}, or {'|'.join([*schema.keys, schema.time])} of one of the rows{form}"
    raise DataError(f"there is no row {name!r}", allowed=allowed, where=f"{WHERE}: row")


def _at_time(rows: pd.DataFrame, schema: TableSchema, name: str) -> pd.DataFrame:
    """Return the rows of the second that a name ends with: to name millions of rows takes far longer."""
    moment = pd.to_datetime(name.rpartition("|")[2], utc=True, errors="coerce")
    return rows[(pd.to_datetime(rows[schema.time], utc=True).dt.floor("s") == moment).to_numpy()]


def _in_full(name: str) -> str:
    """Write the time in a name as names have it."""
    keys, _, word = name.rpartition("|")
    moment = pd.to_datetime(word, utc=True, errors="coerce")
    return name if pd.isna(moment) else f"{keys}|{moment:%Y-%m-%dT%H:%M:%SZ}"


def steps_of(
    model: FittedModel, settable: Settable, scenario: Scenario, row: pd.Series, swept: list[dict[str, Any]]
) -> list[Step]:
    """Return the row as it was with its free columns drawn again, then one step for each combination of swept values.

    Raises:
        ConfigError: no column is free, so there is nothing to draw.
        DataError: a column to be shifted is missing in the row.
    """
    names = [column.name for column in model.schema.inputs]
    for name in scenario.free:
        settable.column(name)
    if not scenario.free:
        set_ = {*scenario.hold, *scenario.shift, *scenario.sweep}
        what = "a model does not know causes: say which columns of the row follow"
        raise ConfigError(what, allowed=", ".join(name for name in names if name not in set_), where=f"{WHERE}: free")
    kept = {name: row[name] for name in names if name not in scenario.free and pd.notna(row[name])}
    shifted = {name: settable.value(name, _moved(row, name, amount)) for name, amount in scenario.shift.items()}
    held = {name: settable.value(name, value) for name, value in scenario.hold.items()}
    steps = [Step(label={"case": "as it was"}, given=kept)]
    for values in swept:
        changed: Mapping[str, Any] = {**held, **shifted, **values}
        steps.append(Step(label={"case": "changed", **changed}, given={**kept, **changed}))
    return steps if len(steps) > 2 or any((scenario.hold, scenario.shift, scenario.sweep)) else steps[:1]


def _moved(row: pd.Series, name: str, amount: float) -> float:
    if pd.isna(row[name]):
        raise DataError(f"column {name!r} is missing in the row", allowed="hold it at a value", where=f"{WHERE}: shift")
    return float(row[name]) + amount
