"""The pictures of columns, latents, reference curves and training."""

from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.report.chart import Chart
from vaegis.evaluation.report.svg import Plot, cut, short

_MOST_ROWS: Final = 24
_STYLES: Final = {"real": "s1", "reconstructed": "s0", "generated": "s2"}
"""Lines of a reference curve."""


def kl_per_dimension(table: pd.DataFrame) -> Chart | None:
    """Draw the KL of each latent dimension, largest first."""
    if table.empty:
        return None
    ranked = table.sort_values("kl", ascending=False, kind="stable").reset_index(drop=True)
    plot = Plot(x=(-0.6, len(ranked) - 0.4), y=(0.0, max(float(ranked["kl"].max()) * 1.12, 1e-3)))
    plot.axis_y()
    every = max(1, len(ranked) // 12)
    plot.axis_x(
        "latent dimension", list(range(0, len(ranked), every)), lambda place: str(ranked["dimension"][int(place)])
    )
    for place, row in ranked.iterrows():
        tip = f"{row['dimension']}: {row['kl']:.3g} nats, variance of the posterior mean {row['mean_variance']:.3g}"
        plot.bar((place - 0.36, 0.0), (place + 0.36, row["kl"]), "s0" if row["active"] else "idle", tip)
    active = int(ranked["active"].sum())
    title = f"{active} of {len(ranked)} latent dimensions are in use" if active else "No latent dimension is in use"
    return Chart(title=title, note="KL to N(0, 1), nats per row; grey: not in use", svg=plot.svg(title))


def columns(table: pd.DataFrame) -> Chart | None:
    """Draw how well each column is given back, weakest first."""
    value = table["r2"].fillna(table["accuracy"])
    ranked = table.assign(value=value).dropna(subset="value").sort_values("value", kind="stable").head(_MOST_ROWS)
    if ranked.empty:
        return None
    low = float(min(0.0, max(-1.0, ranked["value"].min())))
    plot = Plot(x=(low, 1.0), y=(len(ranked) - 0.4, -0.6), height=60 + 22 * len(ranked), left=190)
    plot.axis_x("R² (numbers), accuracy (categories)")
    for place, row in enumerate(ranked.to_dict("records")):
        x, y = plot.at(low, place)
        plot.text(x - 8, y + 4.5, cut(str(row["column"]), 26), "tick", "end")
        is_number = np.isfinite(row["r2"])
        unit = f" {row['unit']}" if isinstance(row["unit"], str) else ""
        more = f"RMSE {row['rmse']:.3g}{unit}" if is_number else f"most frequent level {row['majority']:.3f}"
        tip = f"{row['column']}: {'R²' if is_number else 'accuracy'} {row['value']:.3f}, {more}"
        start = max(low, 0.0)
        plot.bar((start, place - 0.32), (max(low, row["value"]), place + 0.32), "s0" if is_number else "s2", tip)
    weakest = ranked.iloc[0]
    title = f"Weakest column: {weakest['column']} ({weakest['value']:.2f})"
    return Chart(title=title, note="how well held-out rows are given back, by column", svg=plot.svg(title))


def curve(table: pd.DataFrame) -> Chart | None:
    """Draw a reference curve of real, reconstructed and generated rows."""
    names = [name for name in _STYLES if name in table and table[name].notna().any()]
    if table.empty or not names:
        return None
    spread = table["spread"].fillna(0.0) if "spread" in table else 0.0
    edges = pd.concat(
        [table[names], (table["real"] - spread).rename("low"), (table["real"] + spread).rename("high")], axis=1
    )
    span = (float(edges.min().min()), float(edges.max().max()))
    plot = Plot(x=(float(table["x"].min()), float(table["x"].max())), y=span)
    plot.axis_y()
    plot.axis_x("x")
    x_B = table["x"].astype(float).tolist()
    plot.area(list(zip(x_B, edges["high"], strict=True)), list(zip(x_B, edges["low"], strict=True)), "s1", "real")
    for name in names:
        points = list(zip(x_B, table[name].astype(float), strict=True))
        plot.line(points, _STYLES[name], name)
        for x, y in points:
            plot.dot(x, y, _STYLES[name], f"{name}: {short(y)} at {short(x)}", name, 3.0)
    return Chart(
        title=f"Reference curve: {str(table['reference'].iloc[0]).replace('_', ' ')}",
        note="medians by bin; the band is the spread of real rows",
        svg=plot.svg("real, reconstructed and generated rows along a declared curve"),
        legend=tuple((_STYLES[name], name, f"{name} rows") for name in names),
    )


def training(history: pd.DataFrame) -> Chart | None:
    """Draw the validation ELBO over optimiser steps."""
    if "val/elbo" not in history or history["val/elbo"].notna().sum() < 2:
        return None
    seen = history.dropna(subset="val/elbo")
    values = seen["val/elbo"].astype(float)
    late = values.iloc[len(values) // 10 :]
    span = (float(late.min()), float(max(late.max(), late.min() + 1e-6)))
    plot = Plot(
        x=(0.0, float(seen["step"].max())),
        y=(span[0] - 0.05 * (span[1] - span[0]), span[1] + 0.08 * (span[1] - span[0])),
    )
    plot.axis_y()
    plot.axis_x("optimiser step")
    points = [(x, y) for x, y in zip(seen["step"].astype(float), values, strict=True) if y >= plot.y[0]]
    plot.line(points, "s0")
    for x, y in points:
        plot.dot(x, y, "s0", f"step {x:,.0f}: {y:.4g} nats per row", "", 3.5)
    title = f"Validation ELBO reaches {values.max():.2f} nats per row"
    return Chart(title=title, note="the best state is kept", svg=plot.svg(title))
