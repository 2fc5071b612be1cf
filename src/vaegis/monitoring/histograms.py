"""A batch's columns beside their season's, by bin: what pictures are drawn from."""

from typing import Any

import numpy as np

from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring.batch import Batch
from vaegis.monitoring.panels import Panel
from vaegis.monitoring.reference import Reference
from vaegis.monitoring.windows import Windows


def histograms(reference: Reference, batch: Batch, config: MonitorConfig) -> list[dict[str, Any]]:
    """Return for each column its bins, and the shares of the batch and of the reference's season in them."""
    new = batch.sums_LF.sum(axis=0)[None]
    windows = Windows.of(reference, batch.start_L[None], new, config.season_days, held_only=False)
    groups, found = reference.features.groups, []
    for panel in reference.features.panels:
        part = groups[f"column:{panel.name}"]
        own, season = (_shares(side[0, part]) for side in (windows.sums_VF, windows.centre_VF))
        names = {"column": panel.name, "discrete": panel.is_discrete, "bins": _labels(panel)}
        found.append({**names, "batch": own, "season": season})
    return found


def _shares(counts_K: np.ndarray) -> list[float]:
    return [float(share) for share in counts_K / max(counts_K.sum(), 1.0)]


def _labels(panel: Panel) -> list[str]:
    """Name the bins: a number's by its upper edge."""
    if panel.is_discrete:
        return [*panel.levels, "other", "missing"]
    return [*(f"{edge:.4g}" for edge in panel.edges), "above", "missing"]
