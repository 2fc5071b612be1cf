import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vaegis.errors import DataError
from vaegis.serving import pieces as module
from vaegis.serving.latents import latent_tables
from vaegis.serving.pieces import Pieces


def test_what_the_model_says_beside_keys_and_time(torch_model, make_machines, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PIECE_ROWS", 40)
    rows = make_machines(100, seed=6)
    rows.to_parquet(tmp_path / "rows.parquet")
    told = []
    tables = list(latent_tables(torch_model, Pieces.of(tmp_path / "rows.parquet"), "machines/3", told.append))
    made = pa.concat_tables(tables).to_pandas()
    assert told == [40, 40, 20]
    z = ["z_0", "z_1", "z_2"]
    assert list(made) == ["machine", "at", *z, "anomaly_score", "pvalue", "model_version", "content_digest"]
    np.testing.assert_allclose(made[z], torch_model.encode(rows), atol=1e-5)
    np.testing.assert_allclose(made["anomaly_score"], torch_model.score(rows), rtol=1e-4)
    assert made["at"].tolist() == rows["at"].tolist()
    assert set(made["model_version"]) == {"machines/3"}


def test_rows_without_a_name_are_refused(torch_model, make_machines, tmp_path):
    make_machines(5).drop(columns="machine").to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(DataError, match="no column 'machine'; allowed: keys and time: machine, at"):
        list(latent_tables(torch_model, Pieces.of(tmp_path / "rows.parquet"), "machines/3"))


def test_no_rows_at_all(tmp_path):
    pd.DataFrame({"a": []}).to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(DataError, match="holds no rows"):
        Pieces.of(tmp_path / "rows.parquet")
