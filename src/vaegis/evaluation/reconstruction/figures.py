"""The figures of reconstruction that speak of parts of the rows, and of what the bound misses."""

from pathlib import Path
from typing import Final

import numpy as np

from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.figure import FigureSpec
from vaegis.evaluation.reconstruction import findings
from vaegis.evaluation.reconstruction.density import MANY
from vaegis.evaluation.reconstruction.slices import worst_slice
from vaegis.evaluation.style import INK, MADE, MODEL, MUTED, OTHERS, picture, plain, shorten

_MOST_PARTS: Final = 36


def slices(folder: Path, evidence: Evidence) -> None:
    """Draw the error of each part of the rows beside that of all, with its interval; parts of one kind together."""
    table = evidence.tables["slices"].dropna(subset="ratio").reset_index(drop=True)
    worst = worst_slice(table)
    if worst is None:
        return
    what = f"{plain(str(worst['slice'])).capitalize()} {worst['value']}"
    title = f"{what} is given back worst: {worst['ratio']:.2f} times the error of all rows"
    note = "held-out rows by part; error in standard deviations of each column; bars: 95 % intervals over days or rows"
    if len(table) > _MOST_PARTS:
        note += f"; the {_MOST_PARTS} worst of {len(table)} parts"
        table = table.loc[table["ratio"].nlargest(_MOST_PARTS).index.sort_values()]
    kinds = list(dict.fromkeys(table["slice"]))
    colours = dict(zip(kinds, [MODEL, MADE, *OTHERS] * len(kinds), strict=False))
    with picture(folder / "slices.png", title, note, height=max(4.5, 1.8 + 0.27 * len(table))) as (_, (axes,)):
        for line, part in enumerate(table.itertuples()):
            axes.plot(
                [part.ratio_low, part.ratio_high], [line, line], color=colours[part.slice], alpha=0.3, linewidth=6
            )
            axes.plot(part.ratio, line, "o", color=colours[part.slice], markersize=7)
        axes.axvline(1.0, color=MUTED, linestyle=(0, (4, 3)), linewidth=1.6)
        labels = [shorten(f"{plain(part.slice)} {part.value} ({part.rows:,})", 40) for part in table.itertuples()]
        axes.set_yticks(range(len(table)), labels, fontsize=10.5)
        axes.invert_yaxis()
        axes.set(xlabel="error, times that of all rows (rows of the part in brackets)")
        axes.grid(visible=False, axis="y")


def density(folder: Path, evidence: Evidence) -> None:
    """Draw the bounds on log p(x), and by how much each rises above the one before it."""
    found = evidence.case.once(findings.refined)
    draws = evidence.case.bootstrap(evidence.case.once(findings.few_rows))
    values = [found.encoder_N, found.best_N, found.evidence_N]
    names = ["ELBO at the encoder's posterior", "ELBO at each row's best one", f"{MANY} samples of the best one"]
    mean = np.array([values_N.mean() for values_N in values])
    title = f"The encoder costs {mean[1] - mean[0]:.2f} nats per row, Gaussian posteriors {mean[2] - mean[1]:.2f}"
    note = f"bounds on log p(x) of {len(found.best_N):,} held-out rows; samples: importance-weighted; in brackets: 95 %"
    with picture(folder / "density.png", title, note, height=4.2) as (_, (axes,)):
        axes.barh(range(1, 3), np.diff(mean), left=mean[:-1], color=[MADE, MODEL], alpha=0.35, height=0.3)
        axes.plot(mean, range(3), "o", color=MODEL, markersize=10)
        for line in range(3):
            text = f"{mean[line]:.2f}"
            if line:
                ends = draws.mean(values[line] - values[line - 1])
                text += f"   {mean[line] - mean[line - 1]:+.2f}" + (f" [{ends[0]:.2f}, {ends[1]:.2f}]" if ends else "")
            axes.annotate(text, (mean[line], line), (10, -4), textcoords="offset points", color=INK)
        axes.set_yticks(range(3), names)
        axes.invert_yaxis()
        axes.set(xlabel="nats per row (right is better)")
        axes.set_xlim(mean.min() - 0.08 * np.ptp(mean) - 0.01, mean.max() + 0.62 * np.ptp(mean) + 0.01)
        axes.grid(visible=False, axis="y")


FIGURES: Final[dict[str, FigureSpec]] = {
    "slices": FigureSpec(draw=slices),
    "density": FigureSpec(draw=density, tier="full"),
}
