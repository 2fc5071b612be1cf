"""Figures of the latent space: what moves along it, the ways between rows, how much so many latents give back."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from vaegis.evaluation.style import ALARM, MADE, MODEL, MUTED, OTHERS, picture, shorten

_SHOWN: Final = 3
"""Columns drawn along each dimension, those that move most."""
_ON_A_WAY: Final = 4
"""Columns drawn along a way between two rows."""
_COLOURS: Final = (MODEL, MADE, *OTHERS)


def traversal(path: Path, table: pd.DataFrame, moved: pd.DataFrame) -> None:
    """Draw the columns that move most along each dimension, in standard deviations of training.

    Args:
        path: where to.
        table: `dimension` and `z` of each decoded row.
        moved: its numeric columns on the standardised scale.
    """
    dimensions = list(dict.fromkeys(table["dimension"]))
    reach = {name: moved[table["dimension"] == name] for name in dimensions}
    spans = {
        name: (rows.max() - rows.min()).sort_values(ascending=False, kind="stable") for name, rows in reach.items()
    }
    strongest = max(dimensions, key=lambda name: spans[name].iloc[0])
    what, span = spans[strongest].index[0], spans[strongest].iloc[0]
    title = f"Along {strongest} {what} moves by {span:.1f} standard deviations"
    note = f"one latent moved over the middle 96 % of rows, the others at rest; the {_SHOWN} columns that move most"
    columns = min(4, len(dimensions))
    rows = -(-len(dimensions) // columns)
    with picture(path, title, note, columns=columns, rows=rows, width=14.0, height=1.0 + 3.4 * rows) as (_, axes):
        low, high = moved.to_numpy().min(), moved.to_numpy().max()
        for ax, name in zip(axes, dimensions, strict=False):
            z = table.loc[table["dimension"] == name, "z"]
            for column, colour in zip(spans[name].index[:_SHOWN], _COLOURS, strict=False):
                ax.plot(z, reach[name][column], color=colour, label=shorten(str(column), 28))
            ax.set(xlabel=name, ylim=(low - 0.1, high + 0.1 + 0.35 * (high - low)))
            ax.legend(loc="upper left", fontsize=9)
        for ax in axes[::columns]:
            ax.set_ylabel("standard deviations")
        for ax in axes[len(dimensions) :]:
            ax.set_axis_off()


def interpolation(
    path: Path, way: pd.DataFrame, ends: pd.DataFrame, profile: pd.DataFrame, near: tuple[float, float]
) -> None:
    """Draw one way between two rows, and how far from training rows all ways lead.

    Args:
        path: where to.
        way: standardised columns of one decoded way, step by step.
        ends: the two rows themselves, standardised.
        profile: share of the way, and distances through the latent space and straight, with what 90 % stay below.
        near: shares of steps near training rows, through the latent space and straight.
    """
    title = f"{near[0]:.0%} of the rows decoded between two rows lie near real rows"
    note = f"90 % would be as near as the ends; on the straight way between the rows, without a model: {near[1]:.0%}"
    shown = (way.max() - way.min()).sort_values(ascending=False, kind="stable").index[:_ON_A_WAY]
    x = 100.0 * profile["share"]
    with picture(path, title, note, columns=2, width=14.0) as (_, (left, right)):
        for column, colour in zip(shown, _COLOURS, strict=False):
            left.plot(x, way[column], color=colour, label=shorten(str(column), 28))
            left.plot([0.0, 100.0], ends[column], "o", color=colour, markersize=7)
        left.set(title="the longest of the ways; dots: the rows themselves", ylabel="standard deviations of training")
        left.margins(y=0.35)
        left.legend(loc="upper center", ncols=2, fontsize=10)
        for name, colour, label in (
            ("straight", MADE, "straight from row to row"),
            ("latent", MODEL, "through the latent space"),
        ):
            right.fill_between(x, profile[name], profile[f"{name}_p90"], color=colour, alpha=0.16, linewidth=0)
            right.plot(x, profile[name], color=colour, label=label)
        right.axhline(1.0, color=ALARM, linewidth=1.6)
        right.text(1.0, 1.0, "90 % of the ends stay below", color=ALARM, va="bottom", fontsize=10.5)
        right.set(
            title="all ways; line: median, band: up to 90 %", ylabel="distance to the nearest training row (1: far)"
        )
        right.set_ylim(0.0, None)
        right.legend(loc="lower right")
        for axes in (left, right):
            axes.set_xlabel("share of the way (%)")


def size_curve(path: Path, table: pd.DataFrame) -> None:
    """Draw what more and more latents give back, and teach a linear probe, beside principal components."""
    last = table.iloc[-1]
    title = f"{last['size']:.0f} latents give back {last['model_r2']:.0%} of the columns' variance"
    if np.isfinite(float(last["pca_r2"] or np.nan)):
        title += f", as many principal components {last['pca_r2']:.0%}"
    note = "held-out rows; the model is not trained anew: its most used latents speak, over the others it is averaged"
    probed = table["model_probe"].notna().any()
    with picture(path, title, note, columns=1 + probed, width=12.0) as (_, axes):
        _two_lines(axes[0], table, "r2")
        axes[0].set(title="reconstruction", xlabel="numbers a row", ylabel="mean R² of the numeric columns")
        axes[0].set_ylim(min(0.0, max(-0.5, float(np.nanmin(table["model_r2"])))), 1.0)
        if probed:
            _two_lines(axes[1], table, "probe")
            axes[1].axhline(0.5, color=MUTED, linewidth=1.2, linestyle=(0, (2, 3)))
            axes[1].set(title=f"linear probe for {last['probe']}", xlabel="numbers a row", ylabel="AUROC")
            axes[1].set_ylim(0.45, 1.02)


def _two_lines(axes: Axes, table: pd.DataFrame, figure: str) -> None:
    axes.plot(table["size"], table[f"model_{figure}"].astype(float), "o-", color=MODEL, label="this model")
    dashes = (0, (4, 2))
    axes.plot(
        table["size"],
        table[f"pca_{figure}"].astype(float),
        "s",
        linestyle=dashes,
        color=OTHERS[0],
        label="principal components",
    )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="best")
