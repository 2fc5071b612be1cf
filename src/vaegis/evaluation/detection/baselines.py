"""What a model must beat: simple detectors, fitted on the same training rows, fed the same transformed columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import NearestNeighbors

from vaegis.contract import TableSchema
from vaegis.data.transform import TableTransform
from vaegis.evaluation.references import Reference
from vaegis.evaluation.rows import thin

NEIGHBOURS: Final = 5
MAX_LEVELS: Final = 20
"""Levels of a category that get an indicator of their own, the most frequent in training; one more for the rest."""
FIT_CELLS: Final = 20_000_000
"""Training rows times matrix columns that a baseline learns from, 80 MB; beyond it rows are thinned evenly."""
NEIGHBOUR_ROWS: Final = 20_000
"""Training rows that neighbours are sought among."""
NEIGHBOUR_CELLS: Final = 2_000_000
"""The same in cells: wide tables get fewer rows, or the search would take the better part of an hour."""
KEPT_VARIANCE: Final = 0.9
"""Share of variance that principal components keep."""


class Detector(Protocol):
    """A fitted score."""

    def score(self, frame: pd.DataFrame) -> np.ndarray:
        """Return one number a row, higher = more anomalous."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """What a baseline may learn from."""

    frame: pd.DataFrame
    inputs: "Inputs"
    references: Sequence[Reference]
    seed: int

    def matrix(self, max_rows: int | None = None) -> np.ndarray:
        """Return training rows as a matrix, thinned to `max_rows` or to what memory bears."""
        bearable = max(1_000, FIT_CELLS // self.inputs.width)
        return self.inputs.matrix(thin(self.frame, max_rows or bearable))


@dataclass(frozen=True, slots=True)
class Inputs:
    """Rows as one matrix: numeric columns standardised with logarithmic tails, levels as indicators."""

    transform: TableTransform

    @classmethod
    def fit(cls, frame: pd.DataFrame, schema: TableSchema) -> "Inputs":
        """Learn the transform that the model has, from the same rows."""
        return cls(TableTransform.fit(schema.inputs, [frame], max_levels=MAX_LEVELS))

    @property
    def width(self) -> int:
        """Columns of the matrix, at least one."""
        return len(self.transform.numeric) + sum(len(levels) for levels in self.transform.levels)

    def parts(self, frame: pd.DataFrame) -> Iterator[np.ndarray]:
        """Yield the matrix of rows in pieces of bounded size, at least one."""
        num_rows = max(1, FIT_CELLS // self.width)
        for start in range(0, max(1, len(frame)), num_rows):
            yield self.matrix(frame.iloc[start : start + num_rows])

    def matrix(self, frame: pd.DataFrame) -> np.ndarray:
        """Return float32 (N, D + levels); missing numbers at the mean, missing levels at none."""
        batch = self.transform.encode(frame)
        codes_NC = batch.codes_NC.numpy()
        indicators = [
            (codes_NC[:, [c]] == np.arange(1, len(levels) + 1)).astype(np.float32)
            for c, levels in enumerate(self.transform.levels)
        ]
        return np.ascontiguousarray(np.concatenate([batch.values_ND.numpy(), *indicators], axis=1))


class PrincipalComponents:
    """Squared distance to the plane of the leading components."""

    def __init__(self, material: Material) -> None:
        self._inputs = material.inputs
        x_NX = material.matrix()
        kept: float | int = KEPT_VARIANCE if x_NX.var(axis=0).any() else 1
        with np.errstate(invalid="ignore"):  # shares of no variance at all
            self._pca = PCA(n_components=kept, svd_solver="full").fit(x_NX)

    def score(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the squared reconstruction error."""
        errors = [
            ((x_NX - self._pca.inverse_transform(self._pca.transform(x_NX))) ** 2).sum(axis=1)
            for x_NX in self._inputs.parts(frame)
        ]
        return np.concatenate(errors)


class Forest:
    """Isolation forest (Liu et al. 2008), scikit-learn's defaults."""

    def __init__(self, material: Material) -> None:
        self._inputs = material.inputs
        self._forest = IsolationForest(random_state=material.seed).fit(material.matrix())

    def score(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the negative of scikit-learn's score."""
        return -np.concatenate([self._forest.score_samples(x_NX) for x_NX in self._inputs.parts(frame)])


class Neighbours:
    """Mean distance to the nearest training rows."""

    def __init__(self, material: Material) -> None:
        self._inputs = material.inputs
        known = material.matrix(min(NEIGHBOUR_ROWS, max(NEIGHBOURS, NEIGHBOUR_CELLS // material.inputs.width)))
        self._index = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(known)), algorithm="brute").fit(known)

    def score(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the mean distance."""
        return np.concatenate([self._index.kneighbors(x_NX)[0].mean(axis=1) for x_NX in self._inputs.parts(frame)])


class ReferenceRule:
    """Distance from the training median of the nearest bin, in robust spreads of the bin; the worst curve counts."""

    def __init__(self, material: Material) -> None:
        self._curves = [(reference, reference.curve(material.frame)) for reference in material.references]
        self._curves = [(reference, curve) for reference, curve in self._curves if len(curve)]

    def score(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the largest distance over the curves; 0 where `x` or `y` is missing."""
        distances = [np.zeros(len(frame))]
        for reference, curve in self._curves:
            bins = reference.bins(frame)
            known = curve.index.to_numpy(dtype=np.float64)
            nearest = np.abs(np.nan_to_num(bins)[:, None] - known[None, :]).argmin(axis=1)
            spread = np.maximum(curve["spread"].to_numpy(), 0.01 * np.ptp(curve["median"].to_numpy()) + 1e-12)
            gap = np.abs(frame[reference.y].to_numpy(dtype=np.float64) - curve["median"].to_numpy()[nearest])
            distances.append(np.nan_to_num(np.where(np.isfinite(bins), gap / spread[nearest], 0.0)))
        return np.asarray(np.max(distances, axis=0))


BASELINES: Final[dict[str, type[PrincipalComponents | Forest | Neighbours | ReferenceRule]]] = {
    "pca": PrincipalComponents,
    "isolation_forest": Forest,
    "knn": Neighbours,
    "reference_rule": ReferenceRule,
}


def fit_baselines(
    frame: pd.DataFrame, schema: TableSchema, references: Sequence[Reference], seed: int
) -> dict[str, Detector]:
    """Fit every baseline on training rows; the rule only where a curve is declared."""
    material = Material(frame=frame, inputs=Inputs.fit(frame, schema), references=references, seed=seed)
    return {
        name: baseline(material) for name, baseline in BASELINES.items() if references or baseline is not ReferenceRule
    }
