"""How near generated and fresh rows come to training rows."""

from pathlib import Path

import pandas as pd

from vaegis.evaluation.style import ALARM, MADE, REAL, picture


def closest_rows(path: Path, table: pd.DataFrame) -> None:
    """Draw a table of `nearness_table`: a leak is a heap of generated rows left of the bar."""
    bar, most = float(table["bar"].iloc[0]), float(table["high"].iloc[-1])
    near = table["low"] <= bar
    made, fresh = (float(table.loc[near, name].sum()) for name in ("generated", "fresh"))
    title = "Generated rows come no nearer to training rows than fresh ones do"
    if made > fresh + 0.025:
        title = "Some generated rows are as good as training rows"
    note = f"up to the bar: {made:.1%} of generated, {fresh:.1%} of fresh rows; amounts by rank, other levels 1 apart"
    edges = [*table["low"], most]
    with picture(path, title, note) as (_, (axes,)):
        for name, colour in (("fresh", REAL), ("generated", MADE)):
            shares = 100.0 * table[name]
            axes.stairs(shares, edges, fill=True, color=colour, alpha=0.25)
            axes.stairs(shares, edges, color=colour, linewidth=2.0, label=f"{name} rows")
        axes.axvline(bar, color=ALARM, linewidth=1.5, linestyle="--")
        side = "right" if bar > 0.15 * most else "left"
        axes.annotate(
            "near copies",
            (bar, 0.97),
            (-6 if side == "right" else 6, 0),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            color=ALARM,
            ha=side,
            va="top",
        )
        axes.set(xlabel="distance to the nearest training row (0: a copy)", ylabel="share of rows (%)")
        axes.grid(visible=False, axis="x")
        axes.legend()
