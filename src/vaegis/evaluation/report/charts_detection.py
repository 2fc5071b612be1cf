"""The pictures of detection."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.report.chart import Chart
from vaegis.evaluation.report.svg import Plot, percent

_MODEL: Final = "model"
_NAMES: Final = {"model": "this model", "pca": "principal components", "knn": "nearest neighbours"}
_NO_SIZE: Final = -1.0


def detection(table: pd.DataFrame) -> Chart | None:
    """Draw the AUROC of every scorer, by kind and size of injected fault."""
    if table.empty:
        return None
    cells = list(dict.fromkeys(zip(table["kind"], table["size"].fillna(_NO_SIZE), strict=True)))
    scorers = list(dict.fromkeys(table["scorer"]))
    floor = min(0.5, float(np.floor(10 * table["auroc"].min()) / 10)) if table["auroc"].notna().any() else 0.5
    plot = Plot(x=(floor, 1.0), y=(len(cells) - 0.4, -0.6), height=60 + 26 * len(cells), left=110)
    plot.axis_x("AUROC (0.5 is chance)")
    for place, (kind, size) in enumerate(cells):
        name = "all faults" if kind == "all" else f"{kind} {size:g} sd" if size != _NO_SIZE else str(kind)
        x, y = plot.at(floor, place)
        plot.text(x - 8, y + 4.5, name, "tick strong" if kind == "all" else "tick", "end")
        plot.rule((floor, place), (1.0, place), "faint")
        here = table[(table["kind"] == kind) & (table["size"].fillna(_NO_SIZE) == size)]
        for _, row in here[::-1].iterrows():
            number = scorers.index(row["scorer"])
            found = f"AUROC {row['auroc']:.3f}, AP {row['ap']:.3f}, {row['rows']:,} rows"
            tip = f"{scorer_name(row['scorer'])}, {name}: {found}"
            plot.dot(row["auroc"], place, f"s{number}", tip, row["scorer"], 6.0 if row["scorer"] == _MODEL else 4.5)
    best = table[table["kind"] == "all"].set_index("scorer")["auroc"]
    own = best.get(_MODEL, np.nan)
    return Chart(
        title=f"Injected faults are found with an AUROC of {own:.3f}",
        note="each dot a scorer; to the right is better",
        svg=plot.svg(f"AUROC by kind of fault; this model {own:.3f} over all"),
        legend=tuple((f"s{number}", name, scorer_name(name)) for number, name in enumerate(scorers)),
    )


def score_histogram(table: pd.DataFrame) -> Chart | None:
    """Draw the scores of normal rows and of rows with faults, as shares by bin."""
    if len(table) < 2:
        return None
    top = float(table[["normal", "faults"]].to_numpy().max()) * 1.08
    plot = Plot(x=(float(table["score"].min()), float(table["score"].max())), y=(0.0, top))
    plot.axis_y(name=percent)
    plot.axis_x("anomaly score")
    for style, column in (("s1", "normal"), ("s0", "faults")):
        points = list(zip(table["score"].astype(float), table[column].astype(float), strict=True))
        plot.area(points, [(x, 0.0) for x, _ in points], style, column)
        plot.line(points, style, column)
    half = _step(table["score"]) / 2
    for _, row in table.iterrows():
        shares = f"{percent(row['normal'])} of normal rows, {percent(row['faults'])} of faulty ones"
        tip = f"score {row['score']:.3g}: {shares}"
        plot.bar((row["score"] - half, 0.0), (row["score"] + half, top), "ghost", tip)
    return Chart(
        title="Scores of normal rows and of rows with injected faults",
        note="share of rows by score; the further apart, the better",
        svg=plot.svg("two distributions of scores"),
        legend=(("s1", "normal", "normal rows"), ("s0", "faults", "injected faults")),
    )


def false_alarms_by_month(table: pd.DataFrame) -> Chart | None:
    """Draw the share of normal rows that is flagged, by month and scorer; the model's with its binomial interval."""
    if table.empty:
        return None
    numbers = table.select_dtypes("number")
    scorers = [name for name in numbers if name != "rows" and not name.endswith(("_low", "_high"))]
    top = float(np.nanmax([numbers.drop(columns="rows").to_numpy(dtype=float).max(), 0.01])) * 1.05
    plot = Plot(x=(-0.3, len(table) - 0.7), y=(0.0, top), bottom=56)
    plot.axis_y(name=percent)
    months = table["month"].astype(str).tolist()
    plot.axis_x("month", list(range(0, len(months), max(1, len(months) // 6))), lambda place: months[int(place)])
    if f"{_MODEL}_low" in table:
        high, low = (list(enumerate(table[f"{_MODEL}_{end}"].astype(float))) for end in ("high", "low"))
        plot.area(high, low, "s0", _MODEL)
    for number, name in reversed(list(enumerate(scorers))):
        values = table[name].astype(float).tolist()
        plot.line(list(enumerate(values)), f"s{number}", name)
        for place, value in enumerate(values):
            tip = f"{months[place]}, {scorer_name(name)}: {percent(value)} of {table['rows'].iloc[place]:,} normal rows"
            plot.dot(place, value, f"s{number}", tip, name, 4.0)
    return Chart(
        title="Normal rows that raise a flag, by month",
        note="the threshold was set on other rows; the band is the binomial interval of this model's share",
        svg=plot.svg("share of flagged normal rows by month"),
        legend=tuple((f"s{number}", name, scorer_name(name)) for number, name in enumerate(scorers)),
    )


def scorer_name(scorer: str) -> str:
    """Write a scorer's name for readers."""
    return _NAMES.get(scorer, scorer.replace("_", " "))


def _step(values: pd.Series) -> float:
    steps: Sequence[float] = np.diff(values.to_numpy(dtype=float)).tolist()
    return float(np.median(steps)) if steps else 1.0
