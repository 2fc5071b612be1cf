"""What one model says of rows, written to files: the child's half of a comparison.

Run by its path, with `PYTHONPATH` naming the code it is to use, so it asks of that code no more than any version has:
`FittedModel.load`, `score`, `calibration`, `nll`, `expect`. N rows.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def answer(bundle: Path, task: dict[str, Any], out: Path) -> None:
    """Write score, flag, nll (nats; of evenly spaced rows, else NaN) and the expected columns of each row.

    `task`: `rows` and `faults` (Parquet files; faults may be empty text), `rate` of false alarms, `nll_rows`,
    `nll_samples`, `seed`.
    """
    import torch  # noqa: PLC0415 - a child process of its own

    from vaegis.fitted.model import FittedModel  # noqa: PLC0415 - whichever vaegis this process was given

    torch.set_num_threads(1)
    model = FittedModel.load(bundle)
    rows = pd.read_parquet(task["rows"])
    told = _judged(model, rows, float(task["rate"]))
    told["nll"] = _nll_N(model, rows, task)
    expected = model.expect(rows).add_prefix("expected:")
    pd.concat([told, expected], axis=1).to_parquet(out / "rows.parquet", index=False)
    if task["faults"]:
        judged = _judged(model, pd.read_parquet(task["faults"]), float(task["rate"]))
        judged.to_parquet(out / "faults.parquet", index=False)
    about = {"kind": model.kind, "content_digest": model.content_digest, "features": model.features}
    (out / "about.json").write_text(json.dumps(about), encoding="utf-8")


def _judged(model: Any, rows: pd.DataFrame, rate: float) -> pd.DataFrame:
    score_N = model.score(rows).to_numpy(dtype=np.float64)
    return pd.DataFrame({"score": score_N, "flag": model.calibration.pvalue_N(score_N) <= rate})


def _nll_N(model: Any, rows: pd.DataFrame, task: dict[str, Any]) -> np.ndarray:
    nll_N = np.full(len(rows), np.nan)
    if model.kind != "autoencoder" and len(rows):
        few = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), int(task["nll_rows"]))).round().astype(int))
        told = model.nll(rows.iloc[few], num_samples=int(task["nll_samples"]), seed=int(task["seed"]))
        nll_N[few] = told.to_numpy(dtype=np.float64)
    return nll_N


if __name__ == "__main__":
    answer(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), Path(sys.argv[3]))
