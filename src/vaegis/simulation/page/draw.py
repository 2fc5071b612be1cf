"""The page: what is asked on the left, what it comes to on the right."""

from collections.abc import Callable, Iterable
from html import escape
from typing import Final

import altair as alt
import streamlit as st

from vaegis.errors import VaegisError
from vaegis.simulation.controls import Control
from vaegis.simulation.figures import cell, curves, facts, lying, middle, mixes, notes, sets_of, way
from vaegis.simulation.page.charts import (
    AFTER,
    BEFORE,
    MODEL,
    OBSERVED,
    colours,
    curve_chart,
    lying_chart,
    mix_chart,
    way_chart,
)
from vaegis.simulation.page.sidebar import ask, plain
from vaegis.simulation.page.state import read_address, write_address
from vaegis.simulation.studio import Answer, Studio

_COLUMNS: Final = 3
_ALL: Final = "all edges"
Figure = tuple[Control, str, alt.Chart | alt.LayerChart]


def draw(studio: Studio) -> None:
    """Draw the page once; a mistake is one line of it."""
    st.set_page_config(page_title="Scenarios", layout="wide")
    st.header("What would rows be like if ...?", anchor=False)
    digest = f", content digest {studio.digest[:12]}" if studio.digest else ""
    st.caption(plain(f"{studio.address}{digest}. All rows here are synthetic."))
    try:
        read_address(studio)
    except VaegisError as error:
        st.error(plain(str(error)))
    try:
        with st.sidebar:
            kind, scenario = ask(studio)
        with st.spinner("drawing rows ..."):
            answer = studio.run(scenario)
    except VaegisError as error:
        st.error(plain(str(error)))
        return
    write_address(kind, scenario)
    _told(answer)
    _FIGURES[kind](studio, answer)
    st.markdown("The same on the command line; `--output FILE` keeps the rows:")
    st.code(answer.command, language=None, wrap_lines=True)
    _keep(answer)


def _told(answer: Answer) -> None:
    with st.container(horizontal=True):
        for name, (value, meaning) in facts(answer.simulated).items():
            st.metric(name, value, width="content", border=True, help=plain(meaning))
    for note in notes(answer.simulated):
        st.caption(plain(note))


def _keep(answer: Answer) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Rows as Parquet",
            answer.parquet,
            file_name="scenario.parquet",
            mime="application/vnd.apache.parquet",
            on_click="ignore",
        )
        st.caption("Marked synthetic, with model, scenario and seed in the file's own metadata.")


def _populations(studio: Studio, answer: Answer, edge: str = "") -> None:
    """Draw how each column lies before and after: populations, real rows and stress sets."""
    simulated = answer.simulated
    scenario = simulated.scenario
    free = scenario.free or [name for name in studio.controls if name not in scenario.hold]
    figures = []
    for name in free:
        control = studio.controls[name]
        sets = sets_of(simulated, studio.usual, name, edge)
        seen = simulated.observed.get(name)
        chart = lying_chart(lying(control, sets), None if control.levels else seen)
        before, *after = (middle(control, values) for values in sets.values())
        told = " → ".join([before, *after]) + (f"; observed {cell(control, seen)}" if scenario.row else "")
        figures.append((control, told, chart))
    key = dict(zip(sets, (BEFORE, AFTER), strict=False)) | ({"observed": OBSERVED} if scenario.row else {})
    _legend(key, f"{' → '.join(escape(name) for name in sets)}: median [95 % of rows]")
    _grid(figures)


def _sweep(studio: Studio, answer: Answer) -> None:
    simulated = answer.simulated
    if not simulated.scenario.sweep:
        _populations(studio, answer)
        return
    along, *others = simulated.scenario.sweep
    title = studio.controls[along].label
    set_ = {*simulated.scenario.hold, *simulated.scenario.sweep}
    groups: list[str] = []
    figures: list[Figure] = []
    for name in simulated.bands["column"].unique():
        control = studio.controls.get(name)
        if control is None or name in set_:
            continue
        curve = curves(simulated, name)
        groups = sorted(curve["group"].unique())
        if control.levels:
            figures.append((control, "share of each level", mix_chart(mixes(simulated, control))))
            continue
        seen = simulated.observed.get(name)
        told = f"{cell(control, curve['p2.5'].min())} to {cell(control, curve['p97.5'].max())}"
        told += f"; observed {cell(control, seen)}" if name in simulated.observed else ""
        figures.append((control, told, curve_chart(curve, seen)))
    key = colours(groups) if others else {"median": MODEL}
    _legend(
        {**key, **({"observed": OBSERVED} if simulated.scenario.row else {})},
        f"shaded: 95 % of rows; along {escape(title)}",
    )
    _grid(figures)


def _walk(studio: Studio, answer: Answer) -> None:
    rows = answer.simulated.rows
    walks = list(rows["walk"].unique())
    title = "the latent" if all(name in studio.latents for name in walks) else "the share of the way"
    figures: list[Figure] = []
    for name in (name for name in studio.controls if name in rows):
        control, along = studio.controls[name], way(answer.simulated, name)
        ends = [along["value"].min(), along["value"].max()] if not control.levels else along["value"].unique()
        figures.append((control, " to ".join(cell(control, value) for value in ends), way_chart(along)))
    _legend(colours(walks), f"the row that the decoder expects, along {title}")
    _grid(figures)


def _stress(studio: Studio, answer: Answer) -> None:
    steps = answer.simulated.steps
    edges = [_ALL, *steps["stress"]]
    edge = st.selectbox("Look at", edges, key="edge")
    _populations(studio, answer, "" if edge == _ALL else str(edge))
    share = st.column_config.NumberColumn(format="percent")
    with st.expander("The sets"):
        st.dataframe(steps, hide_index=True, column_config={"acceptance": share, "unusual": share})


def _legend(key: dict[str, str], more: str = "") -> None:
    dots = [f'<span style="color:{colour}">■</span>&nbsp;{escape(name)}' for name, colour in key.items()]
    st.html(f'<div style="opacity:.85">{" &emsp; ".join([*dots, *([more] if more else [])])}</div>')


def _grid(figures: Iterable[Figure]) -> None:
    every = list(figures)
    for row in range(0, len(every), _COLUMNS):
        for place, (control, told, chart) in zip(st.columns(_COLUMNS), every[row : row + _COLUMNS], strict=False):
            with place.container(border=True):
                st.markdown(f"**{plain(control.label)}**", help=plain(control.column.description) or None)
                st.caption(plain(told))
                st.altair_chart(chart, width="stretch")


_FIGURES: Final[dict[str, Callable[[Studio, Answer], None]]] = {
    "population": _populations,
    "sweep": _sweep,
    "row": _sweep,
    "walk": _walk,
    "stress": _stress,
}
