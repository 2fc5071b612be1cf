"""The page's address and its widgets: a link opens what it was made of."""

from typing import Any, Final

import streamlit as st

from vaegis.errors import ConfigError
from vaegis.simulation.controls import Control
from vaegis.simulation.question import read_query, write_query
from vaegis.simulation.scenario import Scenario
from vaegis.simulation.studio import MAX_STEPS, Studio
from vaegis.simulation.values import POINTS

_OPENED: Final = "opened"
_WHERE: Final = "the address of the page"


def read_address(studio: Studio) -> None:
    """Set the widgets to what the address says, once: from then on it follows them.

    Raises:
        VaegisError: the page cannot show what it asks for; the widgets stay as they are.
    """
    if st.session_state.get(_OPENED):
        return
    st.session_state[_OPENED] = True
    kind, scenario = read_query({name: st.query_params.get_all(name) for name in st.query_params})
    studio.check(scenario)
    for name, value in _widgets(studio, kind, scenario).items():
        st.session_state[name] = value


def write_address(kind: str, scenario: Scenario) -> None:
    """Put what is shown into the address."""
    query = write_query(kind, scenario)
    if query != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(query)


def start(name: str, value: Any) -> str:
    """Give a widget its first value, unless it has one; return its key."""
    st.session_state.setdefault(name, value)
    return name


def _widgets(studio: Studio, kind: str, scenario: Scenario) -> dict[str, Any]:
    set_: dict[str, Any] = {"kind": kind, f"rows {kind}": scenario.rows, "seed": scenario.seed}
    listed = {name: list(getattr(scenario, name)) for name in ("hold", "shift", "free")}
    set_ |= {name: words for name, words in listed.items() if words}
    for name, value in scenario.hold.items():
        set_[f"hold {name}"] = _held(_settable(studio, name), value)
    for name, amount in scenario.shift.items():
        set_[f"shift {name}"] = _shifted(_settable(studio, name), float(amount))
    if scenario.row:
        set_["row"] = scenario.row
    if scenario.stress:
        set_["share"] = 100.0 * scenario.stress
    return set_ | _walked(scenario) | _swept(studio, kind, scenario)


def _settable(studio: Studio, name: str) -> Control:
    known = {item.name: item for item in studio.controls.values() if item.can_be_set}
    if name not in known:
        raise ConfigError(f"the page cannot set {name!r}", allowed=", ".join(known), where=_WHERE)
    return known[name]


def _held(control: Control, value: Any) -> Any:
    if not control.levels:
        return control.near(float(value))
    same = [level for level in control.levels if level.lower() == str(value).lower()]
    return same[0] if same else control.levels[0]


def _shifted(control: Control, amount: float) -> float:
    if control.levels or abs(amount) > control.reach:
        what = f"the page cannot shift {control.name!r} by {amount:g}"
        allowed = "a number" if control.levels else f"up to {control.reach:g} either way"
        raise ConfigError(what, allowed=allowed, where=_WHERE)
    return amount


def _walked(scenario: Scenario) -> dict[str, Any]:
    if not scenario.walk:
        return {}
    if all(name.startswith("z_") for name in scenario.walk):
        return {"ways": "latents", "latents": list(scenario.walk)}
    return {"ways": "rows", **dict(zip(("from", "to"), scenario.walk, strict=False))}


def _swept(studio: Studio, kind: str, scenario: Scenario) -> dict[str, Any]:
    """Return the widgets of a sweep: a range or all levels, and all levels of a second column."""
    if not scenario.sweep:
        return {}
    (along, values), *others = scenario.sweep.items()
    control = _settable(studio, along)
    if len(others) > 1 or any(value != "all" for _, value in others) or (control.levels and values != "all"):
        allowed = f"COLUMN=LOW:HIGH:STEPS or COLUMN=all, at most {MAX_STEPS} steps, and COLUMN=all of a second one"
        raise ConfigError("the page cannot show this sweep", allowed=allowed, where=_WHERE)
    set_: dict[str, Any] = {f"along {kind}": along, "by": others[0][0] if others else ""}
    if not control.levels:
        low, _, rest = str(values).partition(":")
        high, _, steps = rest.partition(":")
        if not high:
            raise ConfigError(f"sweep of {along!r} is {values!r}", allowed="LOW:HIGH[:STEPS]", where=_WHERE)
        set_[f"ends {along}"] = control.near(float(low)), control.near(float(high))
        set_["steps"] = int(steps or POINTS)
    return set_
