"""The controls beside the figures, made from the contract: they say what is asked."""

import re
from typing import Any, Final

import streamlit as st

from vaegis.simulation.controls import Control
from vaegis.simulation.page.state import start
from vaegis.simulation.question import KINDS, ROWS
from vaegis.simulation.scenario import Scenario
from vaegis.simulation.studio import MAX_ROWS, MAX_STEPS, Studio

_ASKS: Final = {
    "population": "Rows that have what is held or shifted here; all other columns follow.",
    "sweep": "A population for each of a column's values in turn.",
    "row": "One real row under other circumstances. Which columns follow is yours to say: a model knows no causes.",
    "walk": "Rows along a way through the latent space.",
    "stress": "Rows at the edges of every column, for the test of whatever reads such rows.",
}
_STEPS: Final = 9


def ask(studio: Studio) -> tuple[str, Scenario]:
    """Draw the controls; return what they ask.

    Raises:
        VaegisError: what they say contradicts itself.
    """
    kind = str(
        st.selectbox("What is asked", list(KINDS), format_func=KINDS.__getitem__, key=start("kind", "population"))
    )
    st.caption(_ASKS[kind])
    asked: dict[str, Any] = {}
    if kind == "sweep":
        asked["sweep"] = _swept(studio, kind)
    elif kind == "row":
        asked |= _row(studio)
    elif kind == "walk":
        asked["walk"] = _walk(studio)
    elif kind == "stress":
        percent = st.number_input("Share at each edge (%)", 0.1, 50.0, step=0.1, key=start("share", 1.0))
        asked["stress"] = round(percent / 100.0, 6)
    if kind in ("population", "sweep", "row"):
        asked |= _set(studio, asked.pop("now", {}))
    if kind == "row":
        asked["sweep"] = _swept(studio, kind)
    rows, seed = st.columns(2)
    asked["rows"] = ROWS[kind]
    if kind != "walk":
        label = "Rows an edge" if kind == "stress" else "Rows a step"
        asked["rows"] = int(rows.number_input(label, 1, MAX_ROWS, step=50, key=start(f"rows {kind}", ROWS[kind])))
    place = rows if kind == "walk" else seed
    asked["seed"] = int(place.number_input("Seed", 0, step=1, key=start("seed", 0)))
    return kind, Scenario.of(asked, "the page")


def plain(text: str) -> str:
    """Return text that a browser shows as it is: what is Markdown in it is none."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def _set(studio: Studio, now: dict[str, Any]) -> dict[str, Any]:
    """Draw what holds and what shifts columns; `now`: their values in the real row, if there is one."""
    known = studio.controls
    held = st.multiselect("Hold", _names(studio), format_func=lambda name: known[name].label, key=start("hold", []))
    hold = {name: _held(known[name], now.get(name)) for name in held}
    numbers = _names(studio, levels=False)
    moved = st.multiselect("Shift", numbers, format_func=lambda name: known[name].label, key=start("shift", []))
    return {"hold": hold, "shift": {name: _shifted(known[name]) for name in moved}}


def _held(control: Control, now: Any) -> str:
    key = f"hold {control.name}"
    if control.levels:
        first = str(now) if str(now) in control.levels else control.levels[0]
        return str(st.selectbox(plain(control.label), control.levels, key=start(key, first), help=_help(control)))
    start(key, control.middle if now is None else control.near(float(now)))
    return control.text(_slider(control, plain(control.label), control.low, control.high, key))


def _shifted(control: Control) -> float:
    start(key := f"shift {control.name}", min(10 * control.step, control.reach))
    value = _slider(control, plain(f"{control.label}, shifted by"), -control.reach, control.reach, key)
    return float(control.text(value))


def _slider(control: Control, label: str, low: float, high: float, key: str) -> Any:
    digits = f"%.{control.decimals}f"
    return st.slider(label, low, high, step=control.step, format=digits, key=key, help=_help(control))


def _swept(studio: Studio, kind: str) -> dict[str, str]:
    known, names = studio.controls, _names(studio)
    numbers = _names(studio, levels=False)
    offered, first = (["", *names], "") if kind == "row" else (names, (numbers or names)[0])
    told = {"": "nothing: one step", **{name: known[name].label for name in names}}
    along = st.selectbox("Along", offered, format_func=told.__getitem__, key=start(f"along {kind}", first))
    if not along:
        return {}
    swept = {along: _ends(known[along])}
    others = [name for name in names if known[name].levels and name != along]
    if others and kind == "sweep":
        told = {"": "all together", **{name: known[name].label for name in others}}
        by = st.selectbox("For each level of", ["", *others], format_func=told.__getitem__, key=start("by", ""))
        swept |= {by: "all"} if by else {}
    return swept


def _ends(control: Control) -> str:
    if control.levels:
        return "all"
    start(key := f"ends {control.name}", control.shown)
    low, high = _slider(control, plain(f"{control.label}, from and to"), control.low, control.high, key)
    steps = st.number_input("Steps", 2, MAX_STEPS, step=1, key=start("steps", _STEPS))
    return f"{control.text(low)}:{control.text(high)}:{steps}"


def _row(studio: Studio) -> dict[str, Any]:
    name = st.text_input(
        "Row", key=start("row", studio.row_name(0)), help="Its name, or its number in the file."
    ).strip()
    now = studio.row(name)
    known = studio.controls
    numbers = _names(studio, levels=False)
    first = (numbers or _names(studio))[:1]
    free = st.multiselect("Follow", list(known), format_func=lambda item: known[item].label, key=start("free", first))
    return {"row": name, "free": free, "now": now}


def _walk(studio: Studio) -> list[str]:
    ways = {"latents": "Move latents", "rows": "Between two real rows"}
    offered = list(ways) if studio.has_rows else ["latents"]
    way = st.selectbox("Way", offered, format_func=ways.__getitem__, key=start("ways", "latents"))
    if way == "latents":
        first = list(studio.latents[:1])
        return st.multiselect("Latents", studio.latents, key=start("latents", first)) or first
    ends = {"from": ("From row", 0), "to": ("To row", -1)}
    return [
        st.text_input(label, key=start(key, studio.row_name(number))).strip() for key, (label, number) in ends.items()
    ]


def _names(studio: Studio, *, levels: bool = True) -> list[str]:
    return [item.name for item in studio.controls.values() if item.can_be_set and (levels or not item.levels)]


def _help(control: Control) -> str | None:
    return plain(control.column.description) or None
