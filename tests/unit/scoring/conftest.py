"""Rows with two hidden causes: four correlated numbers and one level that follows them."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from vaegis.config.score import ScoreConfig
from vaegis.data.batches import TableBatch
from vaegis.scoring.detector import Detector

LEVELS = (3,)


@pytest.fixture(scope="session")
def make_batch() -> Callable[..., TableBatch]:
    """Return a function that makes `num_rows` rows, some cells missing if asked."""

    def make(num_rows: int, seed: int = 0, missing: float = 0.0) -> TableBatch:
        random = np.random.default_rng(seed)
        cause_N2 = random.normal(size=(num_rows, 2))
        values_N4 = cause_N2 @ np.array([[1.0, 0.8, 0.0, -0.6], [0.0, 0.6, 1.0, 0.8]])
        values_N4 += 0.1 * random.normal(size=(num_rows, 4))
        codes_N1 = 1 + (cause_N2[:, :1] > 0.5) + (cause_N2[:, :1] > 1.0)
        observed_N5 = random.random((num_rows, 5)) >= missing
        return TableBatch(
            torch.from_numpy((values_N4 * observed_N5[:, :4]).astype(np.float32)),
            torch.from_numpy((codes_N1 * observed_N5[:, 4:]).astype(np.int64)),
            torch.from_numpy(observed_N5.astype(np.float32)),
        )

    return make


@pytest.fixture(scope="session")
def detector(make_batch) -> Detector:
    """Return a hybrid fitted on 400 rows, a few cells missing."""
    return Detector.fit(make_batch(400, missing=0.03), LEVELS, ScoreConfig())


@pytest.fixture(scope="session")
def parametric(make_batch) -> Detector:
    """Return the score that stores no row, fitted on the same."""
    return Detector.fit(make_batch(400, missing=0.03), LEVELS, ScoreConfig(mode="parametric"))
