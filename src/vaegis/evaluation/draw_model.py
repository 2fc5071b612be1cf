"""Figures of the model itself: its training, its latent, its columns. N rows, K latents."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vaegis.evaluation.latent.dimensions import ACTIVE_VARIANCE
from vaegis.evaluation.rows import thin
from vaegis.evaluation.style import GRID, INK, MADE, MODEL, MUTED, OTHERS, REAL, SEQUENTIAL, picture, shorten, with_unit

_POINTS = 6_000
MOST_GROUPS = 8
"""Groups that colours can tell apart."""
_MOST_COLUMNS = 40
_COLUMN_AXIS = (
    "R², and the root mean square error in the column's unit\n"
    "categories: accuracy, and that of always naming the most frequent level"
)


def training_curves(path: Path, history: pd.DataFrame) -> None:
    """Draw loss with its parts, and the validation ELBO, over optimiser steps.

    A history that never pays any KL is a deterministic autoencoder's: what it reaches is a log-likelihood.
    """
    last, best = history.iloc[-1], history["val/elbo"].max()
    reached = "ELBO" if history["train/kl"].any() else "log-likelihood"
    title = f"Validation {reached} reaches {best:.2f} nats per row"
    note = f"{last['step']:,.0f} optimiser steps"
    if reached == "ELBO":
        note += f"; weight of the KL term rises to {history['train/beta'].max():g}"
    with picture(path, title, note, columns=2) as (_, (left, right)):
        parts = {
            "loss": (REAL, "train/loss"),
            "reconstruction": (MODEL, "train/reconstruction"),
            "KL": (MADE, "train/kl"),
        }
        for name, (colour, column) in parts.items():
            left.plot(history["step"], history[column], color=colour, label=name)
        _focus(left, history[[column for _, column in parts.values()]].to_numpy())
        left.set(title="training rows", xlabel="optimiser step", ylabel="nats per row")
        left.legend()
        right.plot(history["step"], history["val/elbo"], color=MODEL)
        at = history["val/elbo"].idxmax()
        right.plot(history["step"][at], best, "o", color=MADE, markersize=9)
        right.annotate(
            "kept", (history["step"][at], best), (0, -22), textcoords="offset points", ha="right", color=MADE
        )
        _focus(right, history[["val/elbo"]].to_numpy())
        for axes in (left, right):
            axes.xaxis.set_major_formatter("{x:,.0f}")
        right.set(title="validation rows", xlabel="optimiser step", ylabel=f"{reached} (nats per row)")


def kl_per_dimension(path: Path, table: pd.DataFrame) -> None:
    """Draw the KL of each latent dimension, largest first; inactive ones in grey."""
    ranked = table.sort_values("kl", ascending=False, kind="stable")
    active = int(table["active"].sum())
    title = f"{active} of {len(table)} latent dimensions are in use"
    note = f"rate {table['kl'].sum():.2f} nats per row; in use: variance of the posterior mean above {ACTIVE_VARIANCE}"
    if not active:
        title = "The latent has collapsed: no dimension is in use"
    with picture(path, title, note) as (_, (axes,)):
        colours = [MODEL if on else OTHERS[3] for on in ranked["active"]]
        bars = axes.bar(ranked["dimension"], ranked["kl"], color=colours, width=0.7)
        axes.bar_label(bars, [f"{value:.2f}" for value in ranked["kl"]], padding=3, color=INK)
        axes.set(xlabel="latent dimension", ylabel="KL to the prior (nats per row)")
        axes.margins(y=0.12)
        axes.grid(visible=False, axis="x")


def latent_map(path: Path, mean_NK: np.ndarray, group: pd.Series, y: pd.Series | None, unit: str) -> None:
    """Draw rows along two directions of the posterior mean, by group (its name: of what) and by an amount."""
    values_N = None if y is None else y.to_numpy(dtype=np.float64)
    map_N2 = latent_plane(mean_NK, values_N)
    shown = thin(pd.DataFrame(map_N2, columns=["across", "up"]), _POINTS)
    title, note = "Rows in the latent space", "posterior means of held-out rows along their two widest directions"
    if y is not None and values_N is not None:
        title = f"One latent direction explains {explained(map_N2[:, 1], values_N):.0%} of {y.name}"
        note = f"posterior means of held-out rows; up: the direction of {y.name}, across: the widest of the others"
    with picture(path, title, note, columns=1 if y is None else 2, width=12.0) as (figure, axes):
        _by_group(axes[0], shown, group.iloc[shown.index].fillna("missing"))
        axes[0].set(xlabel="widest direction", ylabel=f"direction of {y.name}" if y is not None else "second direction")
        if y is not None:
            colour = y.iloc[shown.index]
            points = axes[1].scatter(
                shown["across"],
                shown["up"],
                c=colour,
                s=9,
                cmap=SEQUENTIAL,
                linewidths=0,
                alpha=0.85,
                vmin=colour.quantile(0.01),
                vmax=colour.quantile(0.99),
            )
            _colour_bar(figure, axes[1], points, with_unit(str(y.name), unit))
            axes[1].set(title=f"by {y.name}", xlabel="widest direction")


def column_fit(path: Path, errors: pd.DataFrame) -> None:
    """Draw the reconstruction of every column: R2, or accuracy for categories."""
    table = errors.assign(value=errors["r2"].fillna(errors["accuracy"])).dropna(subset="value")
    table = table.sort_values("value", kind="stable")
    means = {"a mean R²": errors["r2"].mean(), "a mean accuracy": errors["accuracy"].mean()}
    told = [f"{what} of {mean:.2f}" for what, mean in means.items() if np.isfinite(mean)]
    title = f"Columns are given back with {told[0]}" if told else "No column could be given back"
    note = "held-out rows"
    if len(table):
        note += f"; weakest: {table['column'].iloc[0]} ({table['value'].iloc[0]:.2f})"
    if len(table) > _MOST_COLUMNS:
        note += f"; the {_MOST_COLUMNS} weakest of {len(table)} are shown"
        table = table.head(_MOST_COLUMNS)
    with picture(path, title, note, height=max(4.5, 1.6 + 0.34 * len(table))) as (_, (axes,)):
        low = min(0.0, max(-1.0, float(table["value"].min()))) if len(table) else 0.0
        colours = [MODEL if np.isfinite(r2) else OTHERS[0] for r2 in table["r2"]]
        names = [shorten(name, 32) for name in table["column"]]
        lengths = table["value"].clip(lower=low)
        axes.barh(range(len(table)), lengths, color=colours, height=0.68)
        axes.set_yticks(range(len(table)), names)
        labels = [
            f"{r.value:.2f}"
            + (f"   ±{_short(r.rmse)} {r.unit}" if np.isfinite(r.rmse) else f"   most frequent: {r.majority:.2f}")
            for r in table.itertuples()
        ]
        for line, (length, label) in enumerate(zip(lengths, labels, strict=True)):  # beside the names, never on them
            axes.text(max(0.0, length) + 0.008, line, label, va="center", fontsize=10.5, color=MUTED)
        axes.set(xlabel=_COLUMN_AXIS)
        axes.set_xlim(low, 1.36)
        axes.set_ylim(-0.7, len(table) - 0.3)
        axes.set_xticks([tick for tick in (-1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0) if tick >= low])
        axes.grid(visible=False, axis="y")


def latent_plane(mean_NK: np.ndarray, y_N: np.ndarray | None) -> np.ndarray:
    """Return (N, 2): along the widest direction (across), and along the regression of y on the latent (up).

    An aggregate posterior near N(0, I) has no widest direction to speak of, so y is what gives the map its sense.
    """
    centred_NK = mean_NK - mean_NK.mean(axis=0)
    up_K = None if y_N is None else _slope(centred_NK, y_N)
    if up_K is None:
        return np.column_stack([centred_NK @ direction_K for direction_K in _widest(centred_NK)])
    rest_NK = centred_NK - np.outer(centred_NK @ up_K, up_K)
    return np.column_stack([centred_NK @ _widest(rest_NK)[0], centred_NK @ up_K])


def explained(x_N: np.ndarray, y_N: np.ndarray) -> float:
    """Return the R2 of a cubic in x."""
    present = np.isfinite(y_N)
    x, y = x_N[present], y_N[present]
    if not len(y) or y.var() == 0:
        return 0.0
    design = np.vander(x, 4)
    residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return float(1.0 - residual.var() / y.var())


def _slope(centred_NK: np.ndarray, y_N: np.ndarray) -> np.ndarray | None:
    present = np.isfinite(y_N)
    if not present.any():
        return None
    slope_K = np.linalg.lstsq(centred_NK[present], y_N[present] - y_N[present].mean(), rcond=None)[0]
    length = float(np.linalg.norm(slope_K))
    return slope_K / length if length > 0 else None


def _widest(centred_NK: np.ndarray) -> list[np.ndarray]:
    """Return the two directions of largest variance, each signed by its largest weight."""
    _, vectors_KK = np.linalg.eigh(centred_NK.T @ centred_NK)
    leading = [vectors_KK[:, -1], vectors_KK[:, max(-2, -vectors_KK.shape[1])]]
    return [vector_K * np.sign(vector_K[np.abs(vector_K).argmax()]) for vector_K in leading]


def _by_group(axes: Axes, shown: pd.DataFrame, group: pd.Series) -> None:
    names = sorted(group.unique())
    if len(names) > MOST_GROUPS:
        axes.scatter(shown["across"], shown["up"], s=9, color=MODEL, linewidths=0, alpha=0.5)
        axes.set(title=f"{len(names):,} different {group.name}")
        return
    # Points of all groups interleaved: the last one drawn must not hide the others.
    colours = dict(zip(names, [MODEL, MADE, *OTHERS], strict=False))
    order = np.random.default_rng(0).permutation(len(shown))
    axes.scatter(
        shown["across"].to_numpy()[order],
        shown["up"].to_numpy()[order],
        c=[colours[name] for name in group.to_numpy()[order]],
        s=9,
        linewidths=0,
        alpha=0.6,
    )
    for name in names:
        axes.scatter([], [], s=60, color=colours[name], label=shorten(name, 24))
    axes.set(title=f"by {group.name}")
    axes.legend(loc="best", fontsize=10, frameon=True, framealpha=0.85, edgecolor=GRID)


def _colour_bar(figure: Figure, axes: Axes, points: object, label: str) -> None:
    bar = figure.colorbar(points, ax=axes, fraction=0.05, pad=0.02)  # type: ignore[arg-type]
    bar.set_label(label)
    bar.outline.set_visible(False)


def _focus(axes: Axes, values: np.ndarray) -> None:
    """Leave the first steep descent out of view."""
    late = values[len(values) // 10 :]
    span = float(late.max() - late.min()) or 1.0
    axes.set_ylim(float(late.min()) - 0.08 * span, float(late.max()) + 0.12 * span)


def _short(value: float) -> str:
    return f"{value:.3g}"
