"""The child's half, called in this process."""

import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import torch

from vaegis.evaluation.comparison.answers import _latent, answer


def test_what_is_written_is_what_the_model_says(project, models, compared_rows, task, tmp_path):
    compared_rows.frame.to_parquet(tmp_path / "all.parquet", index=False)
    compared_rows.faults.to_parquet(tmp_path / "altered.parquet", index=False)
    files = {"rows": str(tmp_path / "all.parquet"), "faults": str(tmp_path / "altered.parquet")}
    threads = torch.get_num_threads()
    answer(project / "models/candidate", {**asdict(task), **files}, tmp_path)
    torch.set_num_threads(threads)
    told = pd.read_parquet(tmp_path / "rows.parquet")
    assert np.allclose(told["score"], models[0].score(compared_rows.frame))
    assert told["nll"].notna().sum() == task.nll_rows
    assert told[["rate", "distortion", "decoder_use"]].notna().sum().tolist() == [task.latent_rows] * 3
    assert {f"expected:{name}" for name in models[0].features} < set(told.columns)
    assert len(pd.read_parquet(tmp_path / "faults.parquet")) == len(compared_rows.faults)
    about = json.loads((tmp_path / "about.json").read_text())
    assert about == {"kind": "vae", "content_digest": models[0].content_digest, "features": models[0].features}


class Older:
    """Code from before `decoding` was known."""

    def __init__(self, model):
        self.elbo = model.elbo


def test_code_that_does_not_know_of_decoding_is_not_asked(models, compared_rows, task):
    few = compared_rows.frame.head(20)
    told = _latent(Older(models[0]), few, {**asdict(task), "latent_rows": 10})
    assert told.notna().sum().to_dict() == {"rate": 10, "distortion": 0, "decoder_use": 0}
