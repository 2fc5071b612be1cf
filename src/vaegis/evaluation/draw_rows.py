"""Figures of rows: curves, scores, the strangest rows, detection."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from vaegis.evaluation.detection.injected import POOLED
from vaegis.evaluation.style import ALARM, GRID, INK, MADE, MODEL, MUTED, REAL, picture, plain, shorten

_LETTERS = (38, 8, 22, 14, 14, 20)
"""Letters that fit into the columns of the table of strangest rows."""


def reference_curve(
    path: Path, table: pd.DataFrame, name: str, labels: tuple[str, str], errors: dict[str, float]
) -> None:
    """Draw the binned medians of real, reconstructed and generated rows, and the real spread."""
    off = [f"{other} rows {error:.1%} off" for other, error in errors.items() if np.isfinite(error)]
    title = f"The {plain(name)}: {', '.join(off)}" if off else f"The {plain(name)} of real rows"
    note = "medians in bins; off: mean difference as a share of the curve's range; band: middle half of real rows"
    with picture(path, title, note) as (_, (axes,)):
        half = 0.6745 * table["spread"]
        axes.fill_between(table["x"], table["real"] - half, table["real"] + half, color=GRID, label="real, middle half")
        axes.plot(table["x"], table["real"], color=REAL, label="real")
        if "reconstructed" in table:
            axes.plot(table["x"], table["reconstructed"], color=MODEL, linestyle=(0, (4, 2)), label="reconstructed")
        if "generated" in table:
            axes.plot(table["x"], table["generated"], "o", color=MADE, markersize=6, label="generated")
        axes.set(xlabel=labels[0], ylabel=labels[1])
        axes.legend(loc="best")


def score_histogram(
    path: Path, table: pd.DataFrame, threshold: float, months: pd.Series, rates: tuple[float, float]
) -> None:
    """Draw the scores of normal and altered rows with the threshold, and the share of normal rows flagged by month."""
    realised, asked = rates
    title = f"{realised:.1%} of normal rows are flagged ({asked:.1%} asked for)"
    note = "held-out rows; the threshold comes from calibration rows, which are others; last bin: all beyond"
    if threshold == np.inf:
        note = f"held-out rows; there are too few calibration rows for a threshold at {asked:.1%}; last bin: all beyond"
    by_month = len(months) > 1  # a table without times has one moment
    with picture(path, title, note, columns=1 + by_month, width=13.0) as (_, (left, *others)):
        width = np.diff(table["score"].to_numpy()).mean() if len(table) > 1 else 1.0
        left.bar(table["score"], table["normal"], width=width, color=MODEL, alpha=0.75, label="normal rows")
        left.step(table["score"], table["faults"], where="mid", color=MADE, label="rows with an injected fault")
        if np.isfinite(threshold):
            left.axvline(threshold, color=ALARM, linewidth=1.8)
            left.text(threshold, 0.97, "  flagged", color=ALARM, va="top", transform=left.get_xaxis_transform())
        left.set(title="scores", xlabel="anomaly score (nats)", ylabel="share of rows")
        left.grid(visible=False, axis="x")
        left.legend(loc="center right")
        for right in others:
            right.bar(range(len(months)), 100.0 * months, color=MODEL, alpha=0.75, width=0.7)
            right.axhline(100.0 * asked, color=ALARM, linewidth=1.8)
            right.set(title="false alarms by month; line: asked for", ylabel="normal rows flagged (%)")
            right.set_xticks(range(len(months)), months.index, rotation=60)
            right.grid(visible=False, axis="x")


def worst_rows(path: Path, table: pd.DataFrame, num_rows: int = 8) -> None:
    """Draw the rows of highest score as a table: what was observed, what the model expected."""
    ids = list(dict.fromkeys(table["row_id"]))[:num_rows]
    top = table[table["row_id"].isin(ids)]
    first = top.groupby("row_id", sort=False).head(1)
    leading = first["column"].value_counts()
    title = f"The strangest rows: {leading.index[0]} leads in {leading.iloc[0]} of {len(first)}"
    note = "the worst row of an entity and day; the column that adds most, observed and expected, and the one after it"
    with picture(path, title, note, width=12.5, height=1.5 + 0.48 * (len(first) + 1)) as (_, (axes,)):
        axes.set_axis_off()
        cells = [_cells(row_id, top[top["row_id"] == row_id]) for row_id in ids]
        drawn = axes.table(
            cells,
            colLabels=["row", "score", "column", "observed", "expected", "also"],
            colWidths=[0.29, 0.08, 0.19, 0.13, 0.13, 0.18],
            cellLoc="left",
            loc="upper left",
            bbox=Bbox([[0, 0], [1, 1]]),
        )
        drawn.auto_set_font_size(False)
        drawn.set_fontsize(11)
        for (line, column), cell in drawn.get_celld().items():
            cell.set(edgecolor=GRID, linewidth=0.8, facecolor="white")
            cell.visible_edges = "B"
            cell.get_text().set_horizontalalignment("left")
            cell.get_text().set_color(MUTED if line == 0 else ALARM if column == 3 else INK)


def detection_heat(path: Path, table: pd.DataFrame, own: str, labels: dict[str, str]) -> None:
    """Draw AUROC by scorer, kind and size; the best of each column is framed."""
    wide = table.assign(cell=[_cell(kind, size) for kind, size in zip(table["kind"], table["size"], strict=True)])
    wide = wide.pivot_table(index="scorer", columns="cell", values="auroc", sort=False, dropna=False)
    wide = wide.loc[[own, *wide.drop(index=own)["all faults"].sort_values(ascending=False, kind="stable").index]]
    rival, best = wide.index[1], wide.iloc[1]["all faults"]
    mine = wide.loc[own, "all faults"]
    verb = "ahead of" if mine > best + 0.005 else "behind" if mine < best - 0.005 else "level with"
    title = f"Injected faults: AUROC {mine:.3f}, {verb} {labels.get(rival, plain(rival))} ({best:.3f})"
    note = "by kind and by size in the column's standard deviations (sd); framed: the best of its kind; 0.5 is chance"
    with picture(path, title, note, width=12.0, height=1.9 + 0.62 * len(wide)) as (figure, (axes,)):
        image = axes.imshow(wide, cmap="BuGn", vmin=0.5, vmax=1.0, aspect="auto")
        for line, values in enumerate(wide.to_numpy()):
            for column, value in enumerate(values):
                axes.text(
                    column, line, f"{value:.2f}", ha="center", va="center", color="white" if value > 0.82 else INK
                )
        for column, line in enumerate(wide.to_numpy().argmax(axis=0)):
            axes.add_patch(_frame(column, int(line)))
        axes.set_xticks(range(wide.shape[1]), wide.columns)
        axes.set_yticks(range(len(wide)), [labels.get(name, plain(name)) for name in wide.index])
        axes.get_yticklabels()[0].set_fontweight("bold")
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        figure.colorbar(image, ax=axes, fraction=0.03, pad=0.015, label="AUROC").outline.set_visible(False)


def _frame(column: int, line: int) -> Rectangle:
    return Rectangle((column - 0.47, line - 0.45), 0.94, 0.9, fill=False, edgecolor=MADE, linewidth=2.2)


def _cell(kind: str, size: float) -> str:
    if kind == POOLED:
        return "all faults"
    return kind if np.isnan(size) else f"{kind} {size:g} sd"


def _cells(row_id: str, explained: pd.DataFrame) -> list[str]:
    first, second = explained.iloc[0], explained.iloc[min(1, len(explained) - 1)]
    values = [f"{_value(first[key])} {first['unit']}".strip() for key in ("observed", "expected")]
    texts = [row_id, f"{first['score']:.1f}", first["column"], *values, second["column"]]
    return [shorten(text, letters) for text, letters in zip(texts, _LETTERS, strict=True)]


def _value(value: object) -> str:
    if pd.isna(value):
        return "none"
    return f"{value:.4g}" if isinstance(value, int | float) else str(value)
