"""The figures of detection that speak of p-values."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from vaegis.evaluation.bench import OWN
from vaegis.evaluation.detection import findings
from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.figure import FigureSpec
from vaegis.evaluation.style import ALARM, GRID, MODEL, MUTED, picture


def calibration(folder: Path, evidence: Evidence) -> None:
    """Draw how often p-values are as small as they say, and the share flagged by month with its interval."""
    table, case = evidence.tables["pvalues"], evidence.case
    rate = case.config.false_alarm_rate
    realised = float((case.once(findings.pvalues) <= rate).mean())
    verdict = f"{realised / rate:.1f} times as many false alarms as asked for: {realised:.1%} at {rate:.1%}"
    note = "normal held-out rows; p-values from calibration rows, which are others; right: the diagonal"
    months = evidence.tables["false_alarms_by_month"]
    with picture(folder / "conformal.png", verdict, note, columns=1 + (len(months) > 1), width=13.0) as (_, axes):
        _distribution(axes[0], table, rate)
        if len(months) > 1:
            _months(axes[1], months, rate)


def _distribution(axes: Axes, table: pd.DataFrame, rate: float) -> None:
    right = np.geomspace(table["pvalue"].min(), 1.0, 100)
    axes.plot(right, right, color=MUTED, linestyle=(0, (4, 3)), linewidth=1.6, label="right")
    axes.fill_between(table["pvalue"], table["low"], table["high"], color=MODEL, alpha=0.2, linewidth=0)
    axes.plot(table["pvalue"], table["share"], color=MODEL, label="normal rows")
    axes.axvline(rate, color=ALARM, linewidth=1.8)
    axes.text(rate, 0.97, "  asked for", color=ALARM, va="top", transform=axes.get_xaxis_transform())
    axes.set(title="how often a p-value is that small", xlabel="p-value", ylabel="share of rows at or below it")
    axes.set(xscale="log", yscale="log", xlim=(table["pvalue"].min(), 1.0), ylim=(table["pvalue"].min() / 2, 1.3))
    axes.legend(loc="lower right")


def _months(axes: Axes, months: pd.DataFrame, rate: float) -> None:
    place, share = np.arange(len(months)), 100.0 * months[OWN]
    ends = [share - 100.0 * months[f"{OWN}_low"], 100.0 * months[f"{OWN}_high"] - share]
    axes.errorbar(
        place, share, yerr=np.maximum(ends, 0.0), fmt="o", color=MODEL, ecolor=GRID, elinewidth=5, markersize=7
    )
    axes.axhline(100.0 * rate, color=ALARM, linewidth=1.8)
    axes.set(title="false alarms by month; bars: 95 % if rows were independent", ylabel="normal rows flagged (%)")
    axes.set_xticks(place, months["month"], rotation=60)
    axes.set_ylim(bottom=0.0)
    axes.grid(visible=False, axis="x")


FIGURES: Final[dict[str, FigureSpec]] = {"conformal": FigureSpec(draw=calibration)}
