"""Other people's detectors with their own defaults, by PyOD (BSD-2): compared with, never depended on.

They read standardised columns beside indicators of levels, missing cells at the mean; `knn_tailed` reads columns with
the logarithmic tails that the project's transform has.
"""

import importlib
import importlib.util
import warnings
from typing import Any, Final

import numpy as np

from benchmarks.detection_protocols import Trial
from vaegis.data.batches import TableBatch
from vaegis.data.transform import expand
from vaegis.errors import ConfigError


def require_pyod() -> None:
    """Refuse to compare with what is not installed."""
    if importlib.util.find_spec("pyod") is None:
        where = "pip install pyod==3.6.7 into an environment of its own, or --no-peers"
        raise ConfigError("pyod is not installed", where=where)


def matrix(batch: TableBatch, num_levels: tuple[int, ...], *, tailed: bool) -> np.ndarray:
    """Return float32 rows: numeric columns, then an indicator for each level."""
    values_ND = batch.values_ND.numpy()
    codes_NC = batch.codes_NC.numpy()
    indicators = [codes_NC[:, [c]] == np.arange(1, count + 1) for c, count in enumerate(num_levels)]
    parts = [values_ND if tailed else expand(values_ND.astype(np.float64)), *indicators]
    return np.ascontiguousarray(np.concatenate(parts, axis=1), dtype=np.float32)


PEERS: Final = {
    "pyod_vae": ("vae", "VAE", ("random_state", "batch_size", "verbose", "device")),
    "pyod_autoencoder": ("auto_encoder", "AutoEncoder", ("random_state", "batch_size", "verbose", "device")),
    "iforest": ("iforest", "IForest", ("random_state",)),
    "ecod": ("ecod", "ECOD", ()),
    "pca": ("pca", "PCA", ("random_state",)),
    "knn": ("knn", "KNN", ()),
    "knn_tailed": ("knn", "KNN", ()),
}
"""Module and class in PyOD, and what it is told; all else is its default."""


def make_peer(name: str, seed: int, num_rows: int) -> Any:
    """Return an unfitted peer; a batch of more rows than there are crashes its networks."""
    module, kind, told = PEERS[name]
    known = {"random_state": seed, "batch_size": min(32, num_rows), "verbose": 0, "device": "cpu"}
    return getattr(importlib.import_module(f"pyod.models.{module}"), kind)(**{key: known[key] for key in told})


def peer_scores(name: str, trial: Trial, seed: int) -> np.ndarray:
    """Fit a peer and score the trial's test rows; where these are the training rows, by the peer's own way."""
    tailed = name == "knn_tailed"
    train = matrix(trial.train, trial.num_levels, tailed=tailed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs
        detector = make_peer(name, seed, len(train)).fit(train)
        if trial.test is trial.train:
            return finite(detector.decision_scores_)
        return finite(detector.decision_function(matrix(trial.test, trial.num_levels, tailed=tailed)))


def finite(scores_N: np.ndarray) -> np.ndarray:
    """Return scores with NaN as nothing and infinity as the largest number: a constant column makes PCA infinite."""
    return np.nan_to_num(np.asarray(scores_N, dtype=np.float64), nan=0.0)
