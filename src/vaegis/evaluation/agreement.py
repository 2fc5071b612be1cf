"""Agreement with labels that rules made: no truth, since the rules look at columns the model sees."""

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.evaluation.ranking import auroc, average_precision


def agreement_table(test: pd.DataFrame, schema: TableSchema, scores: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return one row for each binary label and scorer: rows (or groups), prevalence, auroc, ap at that prevalence."""
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


def summarise_agreement(table: pd.DataFrame, own: str) -> dict[str, float]:
    """Return `<label>_auroc`, `_ap`, `_prevalence` of scorer `own`, and `<label>_<scorer>_auroc` of the others."""
    figures: dict[str, float] = {}
    for label, group in table.groupby("label", sort=True):
        mine = group[group["scorer"] == own].iloc[0]
        others = group[group["scorer"] != own]
        figures |= {f"{label}_{key}": float(mine[key]) for key in ("auroc", "ap", "prevalence")}
        figures |= {
            f"{label}_{name}_auroc": float(value) for name, value in zip(others["scorer"], others["auroc"], strict=True)
        }
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
