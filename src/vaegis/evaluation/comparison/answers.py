"""What one model says of rows, written to files: the child's half of a comparison.

Run by its path, with `PYTHONPATH` naming the code it is to use, so it asks of that code no more than any version has:
`FittedModel.load`, `score`, `calibration`, `nll`, `expect`, `elbo`; and `decoding` where it is known. N rows.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def answer(bundle: Path, task: dict[str, Any], out: Path) -> None:
    """Write score, flag, nll, what its latent costs and saves, and the expected columns of each row.

    nll, `rate`, `distortion` and `decoder_use` are nats, of evenly spaced rows, else NaN. `task`: `rows` and `faults`
    (Parquet files; faults may be empty text), `rate` of false alarms, `nll_rows`, `nll_samples`, `latent_rows`, `seed`.
    """
    import torch  # noqa: PLC0415 - a child process of its own

    from vaegis.fitted.model import FittedModel  # noqa: PLC0415 - whichever vaegis this process was given

    torch.set_num_threads(1)
    model = FittedModel.load(bundle)
    rows = pd.read_parquet(task["rows"])
    told = _judged(model, rows, float(task["rate"]))
    told["nll"] = _nll_N(model, rows, task)
    expected = model.expect(rows).add_prefix("expected:")
    pd.concat([told, _latent(model, rows, task), expected], axis=1).to_parquet(out / "rows.parquet", index=False)
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
        few = _spaced(len(rows), int(task["nll_rows"]))
        told = model.nll(rows.iloc[few], num_samples=int(task["nll_samples"]), seed=int(task["seed"]))
        nll_N[few] = told.to_numpy(dtype=np.float64)
    return nll_N


def _latent(model: Any, rows: pd.DataFrame, task: dict[str, Any]) -> pd.DataFrame:
    told = pd.DataFrame(np.nan, index=range(len(rows)), columns=["rate", "distortion", "decoder_use"])
    few, seed = _spaced(len(rows), int(task["latent_rows"])), int(task["seed"])
    told.loc[few, "rate"] = model.elbo(rows.iloc[few], seed)["rate"].to_numpy()
    if hasattr(model, "decoding"):
        decoded = model.decoding(rows.iloc[few], seed)
        told.loc[few, ["distortion", "decoder_use"]] = decoded[["distortion", "rise"]].to_numpy()
    return told


def _spaced(num_rows: int, most: int) -> np.ndarray:
    return np.unique(np.linspace(0, num_rows - 1, min(num_rows, most)).round().astype(int))


if __name__ == "__main__":
    answer(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), Path(sys.argv[3]))
