"""How like real rows are: official scores of SDMetrics, use to a classifier, a test that tells them apart, copies."""

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from benchmarks.synthesis_tables import AMOUNTS, Table


def figures(table: Table, rows: pd.DataFrame, seed: int) -> dict[str, float]:
    """Return every figure of rows that claim to be of the table."""
    return {
        **official(table.train, rows),
        "utility": utility(table, rows, seed),
        "c2st": two_sample(table.test, rows, seed),
        "copies": copies(table.train, rows),
    }


def official(real: pd.DataFrame, rows: pd.DataFrame) -> dict[str, float]:
    """Return column shapes and pair trends; trends also over all pairs, and with the real range in both tables.

    The report counts only associated pairs, and cuts each table's numbers into bins by its own range.
    """
    from sdmetrics.reports.single_table import QualityReport  # noqa: PLC0415 - an extra of this benchmark
    from sdmetrics.reports.single_table._properties import ColumnPairTrends  # noqa: PLC0415

    metadata = {"columns": {name: {"sdtype": "numerical" if name in AMOUNTS else "categorical"} for name in real}}
    report = QualityReport()
    report.generate(real, rows, metadata, verbose=False)
    scores = report.get_properties().set_index("Property")["Score"]
    anchored = rows.copy()
    for name in AMOUNTS & set(real.columns):
        anchored.loc[[0, 1], name] = [real[name].min(), real[name].max()]
    anchored_report = QualityReport()
    anchored_report.generate(real, anchored, metadata, verbose=False)
    return {
        "shapes": float(scores["Column Shapes"]),
        "trends": float(scores["Column Pair Trends"]),
        "anchored": float(anchored_report.get_properties().set_index("Property")["Score"]["Column Pair Trends"]),
        "all_pairs": float(ColumnPairTrends().get_score(real, rows, metadata)),
    }


def utility(table: Table, rows: pd.DataFrame, seed: int) -> float:
    """Return the AUROC on real test rows of boosted trees trained on `rows`."""
    label = table.train.columns[-1]
    x, x_test = _matrix(table.train.drop(columns=label), rows, table.test)
    model = _trees(table.train.drop(columns=label), seed).fit(x, rows[label] == table.positive)
    return float(roc_auc_score(table.test[label] == table.positive, model.predict_proba(x_test)[:, 1]))


def two_sample(real: pd.DataFrame, rows: pd.DataFrame, seed: int) -> float:
    """Return the AUROC of boosted trees that tell rows from real ones that nothing was fitted on; 0.5 is perfect."""
    size = min(len(real), len(rows))
    x = np.concatenate(_matrix(real, real.head(size), rows.head(size)))
    is_real = np.repeat([True, False], size)
    order = np.random.default_rng(seed).permutation(2 * size)
    learn, judge = order[:size], order[size:]
    model = _trees(real, seed).fit(x[learn], is_real[learn])
    return float(roc_auc_score(is_real[judge], model.predict_proba(x[judge])[:, 1]))


def copies(train: pd.DataFrame, rows: pd.DataFrame) -> float:
    """Return the share of rows that are training rows, to the last cell."""
    keys = (pd.util.hash_pandas_object(_plain(frame), index=False) for frame in (rows, train))
    return float(next(keys).isin(set(next(keys))).mean())


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(object).where(frame.notna(), "missing").astype(str)


def _trees(like: pd.DataFrame, seed: int) -> HistGradientBoostingClassifier:
    names = [position for position, name in enumerate(like) if name not in AMOUNTS]
    return HistGradientBoostingClassifier(categorical_features=names, early_stopping=True, random_state=seed)


def _matrix(like: pd.DataFrame, *frames: pd.DataFrame) -> list[np.ndarray]:
    """Return numbers, NaN where missing; of names the 250 most frequent of `like`."""
    levels = {name: like[name].value_counts().index[:250] for name in like if name not in AMOUNTS}
    parts = [{name: frame[name].to_numpy(float) for name in like if name in AMOUNTS} for frame in frames]
    for part, frame in zip(parts, frames, strict=True):
        for name, known in levels.items():
            codes = pd.Categorical(frame[name], known).codes.astype(float)
            part[name] = np.where(codes < 0, np.nan, codes)
    return [np.column_stack([part[name] for name in like]) for part in parts]
