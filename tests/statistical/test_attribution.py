"""A faulty column among correlated ones is found, by every score that splits over columns."""

import numpy as np
import pandas as pd
import pytest
import torch

import vaegis
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


def by_detector(mode: str, values_ND: torch.Tensor) -> np.ndarray:
    """Return contributions of a detector that was fitted on usual rows."""
    detector = Detector.fit(batch(correlated(1_500, 0)), (), ScoreConfig(mode=mode))
    return detector.judge(batch(values_ND)).contribution_NX


def by_elbo(values_ND: torch.Tensor) -> np.ndarray:
    """Return contributions to the negative ELBO of a network that was trained on usual rows."""
    settings = {"train": {"epochs": 40}, "score": {"mode": "elbo"}, "generator": {"kind": "none"}}
    usual, judged = (pd.DataFrame(rows_ND.numpy()).rename(columns=str) for rows_ND in (correlated(1_500, 0), values_ND))
    return vaegis.fit(usual, settings, seed=0).contributions(judged).to_numpy()


@pytest.mark.parametrize(
    ("mode", "size", "first", "three"),
    [
        ("hybrid", 0.75, 0.78, 0.95),
        ("hybrid", 1.5, 0.95, 0.99),
        ("parametric", 0.75, 0.9, 0.98),
        ("parametric", 1.5, 0.96, 0.99),
        ("elbo", 0.75, 0.95, 0.98),
        ("elbo", 1.5, 0.98, 0.99),
    ],
)
def test_the_shifted_column_is_blamed(mode, size, first, three):
    """Chance would be 1/8 and 3/8; the shift is of `size` standard deviations, well inside each column's range."""
    values, guilty = correlated(ROWS, 1), np.arange(ROWS) % COLUMNS
    values[torch.arange(ROWS), torch.from_numpy(guilty)] += size * (2.0 * (torch.arange(ROWS) // COLUMNS % 2) - 1.0)
    worst = worst_columns(by_elbo(values) if mode == "elbo" else by_detector(mode, values), 3)
    recall_1, recall_3 = (worst[:, 0] == guilty).mean(), (worst == guilty[:, None]).any(axis=1).mean()
    assert recall_1 >= first, f"recall@1 {recall_1:.3f} of {mode}, at least {first}"
    assert recall_3 >= three, f"recall@3 {recall_3:.3f} of {mode}, at least {three}"
