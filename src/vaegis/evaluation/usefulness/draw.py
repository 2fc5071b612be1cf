"""The figure of usefulness."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.style import INK, MADE, MODEL, MUTED, OTHERS, picture, shorten

_COLOURS: Final = {"raw": OTHERS[3], "latent": MADE, "both": MODEL}
_NAMES: Final = {"raw": "raw columns", "latent": "latents alone", "both": "both"}
_SCORES: Final = {"classification": "AUROC", "regression": "R²"}


def usefulness(path: Path, table: pd.DataFrame) -> None:
    """Draw the scores of boosted trees on raw, latent and both columns, with intervals."""
    shown = table[table["learner"] == "trees"]
    targets = list(dict.fromkeys(shown["target"]))
    both = shown[shown["columns"] == "both"]
    helped = int((both["gain_low"].astype(float) > 0).sum())
    title = f"Latents beside raw columns help with {helped} of {len(targets)} targets"
    note = "boosted trees fitted on training rows, judged on test rows; AUROC of labels, R² of amounts; 95 % intervals"
    height = 1.8 + 0.9 * len(targets)
    with picture(path, title, note, height=max(4.0, height)) as (_, (axes,)):
        for offset, (columns, colour) in zip((0.24, 0.0, -0.24), _COLOURS.items(), strict=True):
            part = shown[shown["columns"] == columns].set_index("target").loc[targets]
            y = np.arange(len(targets))[::-1] + offset
            axes.barh(y, part["score"].clip(lower=0.0), height=0.22, color=colour, label=_NAMES[columns])
            axes.hlines(y, part["low"].astype(float), part["high"].astype(float), color=INK, linewidth=1.4)
            for at, score in zip(y, part["score"], strict=True):
                axes.text(1.015, at, f"{score:.3f}", va="center", fontsize=10.5, color=MUTED)
        tasks = shown.drop_duplicates("target").set_index("target").loc[targets, "task"]
        axes.set_yticks(
            np.arange(len(targets))[::-1], [f"{shorten(name, 26)}\n{_SCORES[tasks[name]]}" for name in targets]
        )
        axes.set_xlim(0.0, 1.1)
        axes.set_xticks([0.0, 0.25, 0.5, 0.75, 1.0])
        axes.grid(visible=False, axis="y")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, -0.28 * 4.0 / max(4.0, height)), ncols=3)
