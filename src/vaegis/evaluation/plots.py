"""What `dvc plots` draws: small tables, of one model each, so that two experiments can be laid over each other."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.bench import OWN
from vaegis.evaluation.evidence import Evidence


def curves(evidence: Evidence) -> pd.DataFrame:
    """Return every reference curve, one under the other, by name."""
    found = [table.assign(reference=name) for name, table in evidence.curves.items()]
    return pd.concat(found) if found else pd.DataFrame(columns=["x", "rows", "real", "spread", "reference"])


def faults(evidence: Evidence) -> pd.DataFrame:
    """Return the model's own AUROC by kind and size of fault."""
    table = _table("detection", "scorer", "kind", "size", "auroc")(evidence)
    own = table[table["scorer"] == OWN]
    named = [
        kind if np.isnan(size) else f"{kind} {size:g}" for kind, size in zip(own["kind"], own["size"], strict=True)
    ]
    return pd.DataFrame({"fault": named, "auroc": own["auroc"].to_numpy()})


def months(evidence: Evidence) -> pd.DataFrame:
    """Return the share of normal rows that the model flags, by month."""
    table = _table("false_alarms_by_month", "month", OWN)(evidence)
    return table[["month", OWN]].rename(columns={OWN: "flagged"})


def parts(evidence: Evidence) -> pd.DataFrame:
    """Return the error of each part of the rows, times that of all rows."""
    table = _table("slices", "slice", "value", "ratio")(evidence)
    return pd.DataFrame({"part": table["slice"] + " " + table["value"].astype(str), "ratio": table["ratio"]})


def _table(name: str, *columns: str) -> Callable[[Evidence], pd.DataFrame]:
    """Return how to find a table; one that could not be made is a header."""
    return lambda evidence: evidence.tables.get(name, pd.DataFrame(columns=list(columns)))


PLOTS: Final[dict[str, Callable[[Evidence], pd.DataFrame]]] = {
    "curve": curves,
    "detection": _table("detection", "scorer", "kind", "size", "auroc"),
    "false_alarms": months,
    "faults": faults,
    "kl_per_dimension": _table("kl_per_dimension", "dimension", "kl"),
    "parts": parts,
    "pvalues": _table("pvalues", "pvalue", "share", "low", "high"),
    "score_histogram": _table("score_histogram", "score", "normal", "faults"),
}
"""Every table, by the name of its file; `dvc.yaml` says how each is drawn."""
