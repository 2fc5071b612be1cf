"""One look for every figure: a title that says the message, a grey note below it, few lines, deterministic bytes."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from vaegis.durable import write_bytes

INK: Final = "#1f2933"
MUTED: Final = "#7b8794"
GRID: Final = "#e4e7eb"
MODEL: Final = "#0b7a75"
REAL: Final = "#323f4b"
MADE: Final = "#d9822b"
ALARM: Final = "#c0392b"
OTHERS: Final = ("#8c6bb1", "#4a90c2", "#d9a441", "#9aa5b1", "#b56576", "#6a994e")
"""Scorers beside the model, and entities, in order."""
SEQUENTIAL: Final = "viridis"

_STYLE: Final[Any] = {
    "axes.edgecolor": MUTED,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 12,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titlecolor": INK,
    "figure.dpi": 120,
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "grid.color": GRID,
    "legend.frameon": False,
    "legend.fontsize": 11,
    "lines.linewidth": 2.2,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}
_TOP: Final = 0.86
"""Where the axes end and the title begins, in a figure 6 inches high."""
_TITLE_LETTERS: Final = 6.3
"""Letters of a title at full size for an inch of width."""


@contextmanager
def picture(
    path: Path, title: str, note: str, *, columns: int = 1, rows: int = 1, width: float = 10.0, height: float = 6.0
) -> Iterator[tuple[Figure, Sequence[Axes]]]:
    """Open a titled figure with axes side by side, row by row; write it as PNG, the same bytes for the same content."""
    with mpl.rc_context(_STYLE):
        top = 1.0 - (1.0 - _TOP) * 6.0 / height
        layout = ConstrainedLayoutEngine(rect=(0.0, 0.0, 1.0, top), w_pad=0.12, h_pad=0.08)
        figure = Figure(figsize=(width, height), layout=layout)
        axes = list(figure.subplots(rows, columns, squeeze=False).flat)
        size = min(17.0, 17.0 * _TITLE_LETTERS * width / len(title))
        figure.text(0.015, 1.0 - 0.22 / height, title, fontsize=size, fontweight="bold", va="top")
        figure.text(0.016, 1.0 - 0.58 / height, note, fontsize=11.5, color=MUTED, va="top")
        yield figure, axes
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
    write_bytes(path, buffer.getvalue())


def with_unit(name: str, unit: str) -> str:
    """Write an axis label: name and unit."""
    return f"{name} ({unit})" if unit else name


def shorten(text: str, letters: int) -> str:
    """Cut a text that is too long for its place, the cut shown."""
    return text if len(text) <= letters else f"{text[: letters - 1]}\u2026"


def plain(name: str) -> str:
    """Write an identifier as words."""
    return name.replace("_", " ")
