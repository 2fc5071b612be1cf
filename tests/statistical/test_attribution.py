"""A faulty column among correlated ones is found, by every score that splits over columns."""

import numpy as np
import pytest
import torch

from vaegis.config.score import ScoreConfig
from vaegis.data.batches import TableBatch
from vaegis.scoring.attribution import worst_columns
from vaegis.scoring.detector import Detector

COLUMNS, ROWS = 8, 400


def correlated(num_rows: int, seed: int) -> torch.Tensor:
    """Return rows with three hidden causes, each column a mixture of them and little noise."""
    mixture = np.random.default_rng(99).normal(size=(3, COLUMNS))
    random = np.random.default_rng(seed)
    values = random.normal(size=(num_rows, 3)) @ (mixture / np.linalg.norm(mixture, axis=0))
    return torch.from_numpy((values + 0.1 * random.normal(size=values.shape)).astype(np.float32))


def batch(values_ND: torch.Tensor) -> TableBatch:
    """Return numeric rows without missing cells."""
    return TableBatch(values_ND, torch.zeros(len(values_ND), 0, dtype=torch.long), torch.ones_like(values_ND))


@pytest.mark.parametrize("mode", ["hybrid", "parametric"])
@pytest.mark.parametrize(("size", "first", "three"), [(0.75, 0.7, 0.9), (1.5, 0.94, 0.99)])
def test_the_shifted_column_is_blamed(mode, size, first, three):
    """Chance would be 1/8 and 3/8; the shift is of `size` standard deviations, well inside each column's range."""
    detector = Detector.fit(batch(correlated(1_500, 0)), (), ScoreConfig(mode=mode))
    values, guilty = correlated(ROWS, 1), np.arange(ROWS) % COLUMNS
    values[torch.arange(ROWS), torch.from_numpy(guilty)] += size * (2.0 * (torch.arange(ROWS) // COLUMNS % 2) - 1.0)
    worst = worst_columns(detector.judge(batch(values)).contribution_NX, 3)
    assert (worst[:, 0] == guilty).mean() >= first
    assert (worst == guilty[:, None]).any(axis=1).mean() >= three
