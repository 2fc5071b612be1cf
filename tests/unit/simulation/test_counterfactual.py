import numpy as np
import pandas as pd
import pytest

from vaegis.errors import ConfigError, DataError
from vaegis.simulation.counterfactual import find_row, steps_of
from vaegis.simulation.scenario import Scenario


def test_a_row_by_name_and_by_number(machine_schema, make_machines):
    machines = make_machines(20)
    name = machine_schema.row_ids(machines).iloc[7]
    assert find_row(machines, machine_schema, name).equals(machines.iloc[7])
    assert find_row(machines, machine_schema, "7").equals(machines.iloc[7])
    within = machines.assign(at=machines["at"] + pd.Timedelta("300ms"))  # a name has whole seconds
    assert find_row(within, machine_schema, name).equals(within.iloc[7])
    first = machine_schema.row_ids(machines).iloc[0].replace("|", r"\|")
    strangers = ("nobody|2020-01-01T00:00:00Z", f"nobody|{name.partition('|')[2]}", "m1|soon", "m1|", "m1", "")
    for absent, told in (("99", ""), *((stranger, first) for stranger in strangers)):
        with pytest.raises(DataError, match=rf"there is no row '.*'; allowed: 0 to 19, or .*{told}"):
            find_row(machines, machine_schema, absent)


def test_a_time_in_a_name_has_many_forms(machine_schema, make_machines):
    machines = make_machines(20)
    keys, time = machine_schema.row_ids(machines).iloc[7].split("|")
    elsewhere = str(pd.Timestamp(time).tz_convert("Europe/Berlin"))
    for form in (time.removesuffix("Z"), time.replace("T", " "), time[:16], elsewhere):
        assert find_row(machines, machine_schema, f"{keys}|{form}").equals(machines.iloc[7])


def steps(model, settable, row, swept=({},), **scenario):
    return steps_of(model, settable, Scenario(row="0", **scenario), row, list(swept))


def test_what_is_free_follows_and_the_rest_stays(model, settable, rows):
    row = rows.iloc[0]
    was, changed = steps(model, settable, row, shift={"x": -0.5 * np.sign(row["x"])}, free=("y",))
    assert was.given == {"unit": row["unit"], "x": row["x"], "w": row["w"]}
    assert changed.given == {**was.given, "x": row["x"] - 0.5 * np.sign(row["x"])}
    assert changed.label == {"case": "changed", "x": changed.given["x"]}


def test_a_sweep_of_a_row_is_a_step_each(model, settable, rows):
    made = steps(model, settable, rows.iloc[0], [{"x": 1.0}, {"x": 2.0}], sweep={"x": "1,2"}, free=("y",))
    assert [step.given["x"] for step in made[1:]] == [1.0, 2.0]
    assert len(steps(model, settable, rows.iloc[0], free=("y",))) == 1


def test_missing_cells_of_the_row_are_drawn_too(model, settable, rows):
    row = pd.Series({**rows.iloc[0].to_dict(), "w": np.nan})
    assert "w" not in steps(model, settable, row, free=("y",))[0].given
    with pytest.raises(DataError, match="column 'w' is missing in the row"):
        steps(model, settable, row, shift={"w": 1.0}, free=("y",))


def test_who_says_nothing_of_what_follows_is_asked(model, settable, rows):
    with pytest.raises(ConfigError, match="say which columns of the row follow; allowed: unit, y, w"):
        steps(model, settable, rows.iloc[0], hold={"x": 1.0})
    with pytest.raises(DataError, match="there is no column 'speed'"):
        steps(model, settable, rows.iloc[0], free=("speed",))
