"""The model as a scikit-learn estimator, for pipelines, grid searches and whatever else speaks that protocol."""

from collections.abc import Mapping
from numbers import Integral
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OutlierMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from vaegis.api import MIN_ROWS, fit
from vaegis.config.checks import rate
from vaegis.config.model import checked_sections


class TableVAE(OutlierMixin, TransformerMixin, BaseEstimator):
    """Score outliers by, and encode rows with, a variational autoencoder of a mixed table.

    Frames may hold text, categories, truth values and missing cells. By scikit-learn's convention `score_samples` is
    the negative of `FittedModel.score`: lower is more anomalous.

    Attributes:
        model_: the `FittedModel`.
        offset_: the `score_samples` below which `predict` says -1.
        n_features_in_: number of columns.
        feature_names_in_: their names, if they all are text.
    """

    def __init__(
        self, config: Mapping[str, Any] | None = None, false_alarm_rate: float = 0.05, random_state: Any = 0
    ) -> None:
        """Keep the parameters.

        Args:
            config: sections as `vaegis.fit` takes them; no generator unless one is asked for.
            false_alarm_rate: share of rows like the training rows that `predict` may call outliers, above 0 and below
                1. Where there are too few calibration rows for it (fewer than 1 / rate - 1), none is.
            random_state: seed of everything random; as anywhere in scikit-learn also a `numpy.random.RandomState`, from
                which a seed is drawn, or None, for another one every time.
        """
        self.config = config
        self.false_alarm_rate = false_alarm_rate
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit to rows that are taken for normal; `y` is ignored."""
        del y
        rate("false_alarm_rate", self.false_alarm_rate)
        sections = {"generator": {"kind": "none"}, **checked_sections(self.config)}
        self.model_ = fit(self._checked(X, reset=True), sections, self._seed())
        self.offset_ = -self.model_.calibration.threshold(self.false_alarm_rate)
        return self

    def score_samples(self, X: Any) -> np.ndarray:
        """Return minus the anomaly score of each row: lower is more anomalous."""
        check_is_fitted(self)
        return np.asarray(-self.model_.score(self._checked(X)))

    def decision_function(self, X: Any) -> np.ndarray:
        """Return `score_samples` above the threshold: negative for outliers."""
        scores = self.score_samples(X)
        return scores - self.offset_ if np.isfinite(self.offset_) else np.abs(scores) + 1.0

    def predict(self, X: Any) -> np.ndarray:
        """Return 1 for rows like the training rows, -1 for outliers."""
        # A score at the threshold is one that is flagged.
        return np.where(self.decision_function(X) > 0.0, 1, -1)

    def transform(self, X: Any) -> np.ndarray:
        """Return the posterior means of each row."""
        check_is_fitted(self)
        return np.asarray(self.model_.encode(self._checked(X)))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return `z_0`, `z_1`, ..."""
        del input_features
        check_is_fitted(self)
        return np.asarray([f"z_{k}" for k in range(self.model_.network.latent_dim)], dtype=object)

    def _seed(self) -> int:
        """Return the seed that the random state is, or one that is drawn from it."""
        if isinstance(self.random_state, Integral):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))

    def _checked(self, X: Any, *, reset: bool = False) -> Any:
        """Hold rows against those of `fit`; frames keep their columns, everything else becomes a matrix of numbers."""
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, reset=reset, skip_check_array=True)
            return X
        fewest = MIN_ROWS if reset else 1
        return validate_data(self, X, reset=reset, ensure_all_finite="allow-nan", ensure_min_samples=fewest)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.transformer_tags.preserves_dtype = []
        return tags
