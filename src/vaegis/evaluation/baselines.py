"""What a model must beat: simple detectors, fitted on the same training rows, fed the same transformed columns."""

from collections.abc import Sequence
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
NEIGHBOUR_ROWS: Final = 20_000
"""Training rows that neighbours are sought among."""
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


@dataclass(frozen=True, slots=True)
class Inputs:
    """Rows as one matrix: numeric columns standardised with logarithmic tails, levels as indicators."""

    transform: TableTransform

    @classmethod
    def fit(cls, frame: pd.DataFrame, schema: TableSchema) -> "Inputs":
        """Learn the transform that the model has, from the same rows."""
        return cls(TableTransform.fit(schema.features, [frame]))

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
        self._pca = PCA(n_components=KEPT_VARIANCE, svd_solver="full").fit(material.inputs.matrix(material.frame))

    def score(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the squared reconstruction error."""
        x_NX = self._inputs.matrix(frame)
        return np.asarray(((x_NX - self._pca.inverse_transform(self._pca.transform(x_NX))) ** 2).sum(axis=1))


class Forest:
    """Isolation forest (Liu et al. 2008), scikit-learn's defaults."""

    def __init__(self, material: Material) -> None:
        self._inputs = material.inputs
        self._forest = IsolationForest(random_state=material.seed).fit(material.inputs.matrix(material.frame))

    def score(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the negative of scikit-learn's score."""
        return -np.asarray(self._forest.score_samples(self._inputs.matrix(frame)))


class Neighbours:
    """Mean distance to the nearest training rows."""

    def __init__(self, material: Material) -> None:
        self._inputs = material.inputs
        known = material.inputs.matrix(thin(material.frame, NEIGHBOUR_ROWS))
        self._index = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(known)), algorithm="brute").fit(known)

    def score(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the mean distance."""
        return np.asarray(self._index.kneighbors(self._inputs.matrix(frame))[0].mean(axis=1))


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
