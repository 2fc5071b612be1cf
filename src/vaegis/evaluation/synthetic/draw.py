"""Figures of generated rows: columns, pairs, use."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import as_text
from vaegis.evaluation.style import INK, MADE, MODEL, MUTED, OTHERS, REAL, picture, shorten, with_unit

MOST_COLUMNS: Final = 20
_BINS: Final = 40
_MOST_LEVELS: Final = 8


def marginals(path: Path, real: pd.DataFrame, made: pd.DataFrame, columns: Sequence[ColumnSpec], shape: float) -> None:
    """Draw each column of real and generated rows, the first twenty."""
    shown = columns[:MOST_COLUMNS]
    title = f"Single columns: {shape:.1%} of the real shape"
    note = "grey: training rows, orange: as many generated rows"
    if len(columns) > len(shown):
        note += f"; the first {len(shown)} of {len(columns)} columns"
    across = min(5, len(shown))
    rows = -(-len(shown) // across)
    with picture(path, title, note, rows=rows, columns=across, width=14.0, height=1.4 + 1.9 * rows) as (_, axes):
        for axis in axes[len(shown) :]:
            axis.set_axis_off()
        for axis, column in zip(axes, shown, strict=False):
            here, there = real[column.name].dropna(), made[column.name].dropna()
            if column.is_discrete:
                _levels(axis, as_text(here), as_text(there))
            else:
                _amounts(axis, as_numbers(here), as_numbers(there))
            axis.set_title(shorten(with_unit(column.name, column.unit), 26), fontsize=10)


def _amounts(axis: Axes, here: np.ndarray, there: np.ndarray) -> None:
    if not len(here):
        return
    low, high = np.quantile(here, [0.002, 0.998])
    edges = np.linspace(low, high if high > low else low + 1.0, _BINS + 1)
    for values, colour in ((here, REAL), (there, MADE)):
        if len(values):
            shares = np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0] / len(values)
            axis.stairs(shares, edges, color=colour, fill=colour == REAL, alpha=0.35 if colour == REAL else 1.0)
    axis.set_yticks([])


def _levels(axis: Axes, here: pd.Series, there: pd.Series) -> None:
    levels = list(here.value_counts().index[:_MOST_LEVELS])
    places = np.arange(len(levels))
    for values, colour, aside in ((here, REAL, -0.2), (there, MADE, 0.2)):
        shares = values.value_counts(normalize=True).reindex(levels).fillna(0.0)
        axis.bar(places + aside, shares, width=0.4, color=colour, alpha=0.6 if colour == REAL else 1.0)
    axis.set_xticks(places, [shorten(str(level), 8) for level in levels], fontsize=8)
    axis.set_yticks([])


def pair_differences(path: Path, pairs: pd.DataFrame, score: float) -> None:
    """Draw 1 - score of every pair of columns: dark is a trend that generated rows miss."""
    names = list(dict.fromkeys([*pairs["first"], *pairs["second"]]))[:MOST_COLUMNS]
    place = {name: at for at, name in enumerate(names)}
    missed = np.full((len(names), len(names)), np.nan)
    for pair in pairs.itertuples():
        if pair.first in place and pair.second in place:
            missed[place[pair.second], place[pair.first]] = 1.0 - float(pair.score)
    worst = pairs.loc[pairs["score"].idxmin()] if pairs["score"].notna().any() else None
    note = "1 - similarity of the trend in training and in generated rows"
    if worst is not None:
        note += (
            f"; weakest: {shorten(worst['first'], 24)} and {shorten(worst['second'], 24)} ({1 - worst['score']:.2f})"
        )
    size = 0.42 * len(names)
    title = f"Pairs of columns: {score:.1%} of the real trends"
    with picture(path, title, note, width=max(10.0, 4.0 + size), height=max(6.0, 3.2 + size)) as (figure, (axes,)):
        drawn = axes.imshow(missed, cmap="Oranges", vmin=0.0, vmax=max(0.2, float(np.nanmax(missed, initial=0.0))))
        axes.set_xticks(range(len(names)), [shorten(name, 22) for name in names], rotation=60, ha="right")
        axes.set_yticks(range(len(names)), [shorten(name, 22) for name in names])
        axes.grid(visible=False)
        bar = figure.colorbar(drawn, ax=axes, fraction=0.04, pad=0.02)
        bar.outline.set_visible(False)


def use(path: Path, utility: pd.DataFrame | None, augmentation: pd.DataFrame | None) -> None:
    """Draw what trees learn from real and from generated rows, and what the latter add to few labels."""
    title = "What generated rows teach"
    if utility is not None:
        title = f"Generated rows teach {utility['generated'].mean() / utility['real'].mean():.1%} of what real rows do"
    note = "boosted trees, judged on held-out real rows"
    parts = [part for part in (utility, augmentation) if part is not None]
    with picture(path, title, note, columns=len(parts), width=7.0 * len(parts) + 1.0) as (_, axes):
        left = list(axes)
        if utility is not None:
            _taught(left.pop(0), utility)
        if augmentation is not None:
            _added(left.pop(0), augmentation)


def _taught(axes: Axes, utility: pd.DataFrame) -> None:
    places = np.arange(len(utility))
    for name, colour, aside in (("real", REAL, 0.19), ("generated", MADE, -0.19)):
        bars = axes.barh(places + aside, utility[name].clip(lower=0.0), height=0.36, color=colour, label=name)
        axes.bar_label(bars, [f"{value:.2f}" for value in utility[name]], padding=3, fontsize=9.5, color=INK)
    axes.set_yticks(places, [shorten(name, 24) for name in utility["column"]])
    axes.set(title="trained on real or on generated rows", xlabel="score on test rows (AUROC of levels, R² of amounts)")
    axes.set_xlim(0.0, 1.15)
    axes.grid(visible=False, axis="y")
    axes.legend(loc="lower right", frameon=True)


def _added(axes: Axes, augmentation: pd.DataFrame) -> None:
    label = augmentation["label"].iloc[0]
    curve = augmentation[augmentation["label"] == label].dropna(subset="generated")
    ways = {
        "nothing": (MUTED, "nothing added"),
        "oversampling": (OTHERS[0], "repeated"),
        "generated": (MODEL, "generated"),
    }
    for name, (colour, told) in ways.items():
        axes.plot(100 * curve["labels"], curve[name], "o-", color=colour, label=told)
    axes.set_xscale("log")
    axes.set_xticks(100 * curve["labels"], [f"{100 * share:g}" for share in curve["labels"]])
    axes.minorticks_off()
    axes.set(title=f"finding {label}, few labels known", xlabel="labels known (%)", ylabel="average precision")
    axes.legend()
