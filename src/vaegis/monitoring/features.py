"""What is summed of a row: its bins, its score's bin, its latents' features. N rows, B blocks, F features, K latents.

Everything a test needs is an average of these over blocks, so a reference is sums and holds no row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd

from vaegis.config.reference import ReferenceConfig
from vaegis.contract import TableSchema
from vaegis.fitted.model import FittedModel
from vaegis.monitoring.blocks import block_sums
from vaegis.monitoring.embedding import Embedding
from vaegis.monitoring.panels import Panel, counts_BK

MISSING: Final = "missing"
"""Missing cells by column, and how many rows."""
SCORE: Final = "score"
WAVES: Final = "waves"
FOLDS: Final = ("fold_0", "fold_1")
"""Moments of the even and of the odd rows, and how many: a classifier learns on one half and sorts the other."""
SCORE_SHARES: Final = (*(step / 20 for step in range(1, 20)), 0.99)
"""Conformal ranks that cut the scores; the last bin is the tail."""
_CHUNK_ROWS: Final = 16_384


@dataclass(frozen=True, kw_only=True, slots=True)
class Features:
    """A fixed map from rows to features, fitted to a reference."""

    panels: tuple[Panel, ...]
    score_edges: tuple[float, ...]
    """Scores of the calibration rows at `SCORE_SHARES`."""
    embedding: Embedding

    @classmethod
    def fit(cls, model: FittedModel, frame: pd.DataFrame, z_NK: np.ndarray, config: ReferenceConfig) -> Self:
        """Choose bins by the reference's rows and the embedding by posterior means of held-out ones."""
        return cls(
            panels=tuple(Panel.fit(column, frame[column.name], config) for column in model.schema.inputs),
            score_edges=tuple(map(float, np.quantile(model.calibration.scores_M, SCORE_SHARES))),
            embedding=Embedding.fit(z_NK, config.frequencies, config.seed),
        )

    @property
    def groups(self) -> dict[str, slice]:
        """Where each group of features stands, columns by name."""
        widths = {f"column:{panel.name}": panel.bins for panel in self.panels}
        widths |= {MISSING: len(self.panels) + 1, SCORE: len(self.score_edges) + 1, WAVES: self.embedding.num_waves + 1}
        widths |= dict.fromkeys(FOLDS, self.embedding.num_moments + 1)
        stops = np.cumsum(list(widths.values()))
        return {name: slice(int(stop) - widths[name], int(stop)) for name, stop in zip(widths, stops, strict=True)}

    @property
    def width(self) -> int:
        """How many features there are."""
        return int(max(group.stop for group in self.groups.values()))

    def column_sums(self, frame: pd.DataFrame, of_N: np.ndarray, number: int) -> np.ndarray:
        """Return the sums over each block of what the columns alone tell; BF, zero elsewhere."""
        sums_BF = np.zeros((number, self.width))
        for panel in self.panels:
            codes_N = panel.code_N(frame[panel.name])
            sums_BF[:, self.groups[f"column:{panel.name}"]] = counts_BK(codes_N, of_N, number, panel.bins)
        sums_BF[:, self.groups[MISSING]] = self.missing_sums(frame, of_N, number)
        return sums_BF

    def missing_sums(self, frame: pd.DataFrame, of_N: np.ndarray, number: int) -> np.ndarray:
        """Return how many cells of each column are missing in each block, and how many rows it has."""
        missing_NC = frame[[panel.name for panel in self.panels]].isna().to_numpy(float)
        return block_sums(_counted(missing_NC), of_N, number)

    def model_sums(self, scores_N: np.ndarray, z_NK: np.ndarray, of_N: np.ndarray, number: int) -> np.ndarray:
        """Return the sums over each block of what the model says; BF, zero elsewhere."""
        sums_BF, groups = np.zeros((number, self.width)), self.groups
        codes_N = np.searchsorted(np.asarray(self.score_edges), scores_N, side="left")
        sums_BF[:, groups[SCORE]] = counts_BK(codes_N, of_N, number, len(self.score_edges) + 1)
        for start in range(0, len(z_NK), _CHUNK_ROWS):
            part = slice(start, start + _CHUNK_ROWS)
            of_P, z_PK = of_N[part], z_NK[part].astype(np.float64)
            sums_BF[:, groups[WAVES]] += block_sums(_counted(self.embedding.waves_NE(z_PK)), of_P, number)
            counted_PQ = _counted(self.embedding.moments_NQ(z_PK))
            for fold, name in enumerate(FOLDS):
                odd_P = (np.arange(start, start + len(z_PK)) % 2) == fold
                sums_BF[:, groups[name]] += block_sums(counted_PQ, np.where(odd_P, of_P, -1), number)
        return sums_BF


def _counted(values_NF: np.ndarray) -> np.ndarray:
    """Append a column of ones: its sum is the number of rows."""
    return np.concatenate([values_NF, np.ones((len(values_NF), 1))], axis=1)


def read_rows(model: FittedModel, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return scores (N) and posterior means (NK)."""
    reading = model.read(frame)
    return reading.score.to_numpy(float), reading.encode.to_numpy(float)


def in_order(frame: pd.DataFrame, schema: TableSchema, columns: Sequence[str]) -> pd.DataFrame:
    """Sort rows by time, then keys, and keep a few columns; rows of one and the same time by lot.

    Those have no order, and that of their keys may be by what they hold. The lot is drawn by the keys.
    """
    names = [schema.time, *schema.keys]
    kept = frame[[*names, *columns]].sort_values(names, kind="stable", ignore_index=True)
    if kept[schema.time].nunique() > 1:
        return kept
    lots_N = pd.util.hash_pandas_object(kept[schema.keys], index=False).to_numpy()
    return kept.iloc[np.argsort(lots_N, kind="stable")].reset_index(drop=True)
