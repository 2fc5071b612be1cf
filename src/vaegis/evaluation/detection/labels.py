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
            marked, value = _at_level(test, label, score)
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


def summarise_labels(table: pd.DataFrame, own: str) -> dict[str, float]:
    """Return `<label>_auroc`, `_ap`, `_prevalence` of scorer `own`, and `<label>_<scorer>_auroc` of the others.

    `mean_auroc` and `mean_ap` are over the labels that mark some test rows but not all; nothing without labels.
    """
    figures: dict[str, float] = {}
    for label, group in table.groupby("label", sort=True):
        mine = group[group["scorer"] == own].iloc[0]
        others = group[group["scorer"] != own]
        figures |= {f"{label}_{key}": float(mine[key]) for key in ("auroc", "ap", "prevalence")}
        figures |= {
            f"{label}_{name}_auroc": float(value) for name, value in zip(others["scorer"], others["auroc"], strict=True)
        }
    if figures:
        figures |= {f"mean_{key}": float(table.loc[table["scorer"] == own, key].mean()) for key in ("auroc", "ap")}
    return figures


def _at_level(test: pd.DataFrame, label: ColumnSpec, score_N: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return marks and scores at the level where the label is known: by row, or the mean score of a group."""
    table = pd.DataFrame({"marked": test[label.name].astype("float64").to_numpy(), "score": score_N})
    known = np.isfinite(table["marked"].to_numpy())
    if label.level:
        groups = [test[key].to_numpy()[known] for key in label.level]
        table = table[known].groupby(groups, sort=True).agg({"marked": "max", "score": "mean"})
    else:
        table = table[known]
    return table["marked"].to_numpy() > 0, table["score"].to_numpy()
