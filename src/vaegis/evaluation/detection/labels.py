"""How scores rank the rows that a label marks: an outcome, or a rule on columns the model sees (its contract says)."""

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.evaluation.detection.ranking import auroc, average_precision


def label_table(test: pd.DataFrame, schema: TableSchema, scores: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return one row for each binary label and scorer: rows (or groups), prevalence, auroc, ap at that prevalence.

    Both are NaN for a label that marks no test row, or every one.
    """
    records = []
    for label in schema.labels:
        if label.kind != "binary":
            continue
        for name, score in scores.items():
            marked, value, _ = marked_units(test, label, score)
            records.append(
                {
                    "label": label.name,
                    "scorer": name,
                    "level": "+".join(label.level) or "row",
                    "units": len(marked),
                    "prevalence": float(marked.mean()) if len(marked) else float("nan"),
                    "auroc": auroc(value[marked], value[~marked]),
                    "ap": average_precision(value[marked], value[~marked], prevalence=None),
                }
            )
    columns = ["label", "scorer", "level", "units", "prevalence", "auroc", "ap"]
    return pd.DataFrame(records, columns=columns)


def marked_units(
    test: pd.DataFrame, label: ColumnSpec, score_N: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return marks, scores and a row of each unit at the level where the label is known: row, or mean of a group."""
    table = pd.DataFrame(
        {"marked": test[label.name].astype("float64").to_numpy(), "score": score_N, "row": np.arange(len(test))}
    )
    known = np.isfinite(table["marked"].to_numpy())
    if label.level:
        groups = [test[key].to_numpy()[known] for key in label.level]
        table = table[known].groupby(groups, sort=True).agg({"marked": "max", "score": "mean", "row": "first"})
    else:
        table = table[known]
    return table["marked"].to_numpy() > 0, table["score"].to_numpy(), table["row"].to_numpy()
