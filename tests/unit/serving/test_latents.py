import numpy as np
import pandas as pd
import pytest

from vaegis.errors import DataError
from vaegis.serving import pieces as module
from vaegis.serving.latents import parts_of, write_latents
from vaegis.serving.pieces import Pieces


class StoppedError(Exception):
    pass


def write(model, folder, tell=lambda rows: None, version="machines/3"):
    pieces = Pieces.of(folder / "rows.parquet")
    return write_latents(model, pieces, version, parts_of(model, pieces, version, folder / "out"), tell)


def test_what_the_model_says_beside_keys_and_time(torch_model, make_machines, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PIECE_ROWS", 40)
    rows = make_machines(100, seed=6)
    rows.to_parquet(tmp_path / "rows.parquet")
    told = []
    assert write(torch_model, tmp_path, told.append) == 0
    made = pd.concat(pd.read_parquet(file) for file in sorted((tmp_path / ".out.parts").glob("*.parquet")))
    assert told == [0, 40, 40, 20]
    z = ["z_0", "z_1", "z_2"]
    assert list(made) == ["machine", "at", *z, "anomaly_score", "pvalue", "model_version", "content_digest"]
    np.testing.assert_allclose(made[z], torch_model.encode(rows), atol=1e-5)
    np.testing.assert_allclose(made["anomaly_score"], torch_model.score(rows), rtol=1e-4)
    assert made["at"].tolist() == rows["at"].tolist()
    assert set(made["model_version"]) == {"machines/3"}


def test_a_run_that_stopped_is_taken_up_by_the_same_version_alone(torch_model, make_machines, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PIECE_ROWS", 40)
    make_machines(100, seed=6).to_parquet(tmp_path / "rows.parquet")

    def stop(rows):
        if rows:
            raise StoppedError

    with pytest.raises(StoppedError):
        write(torch_model, tmp_path, stop)
    told = []
    assert write(torch_model, tmp_path, told.append) == 1
    assert told == [40, 40, 20]
    assert write(torch_model, tmp_path, version="machines/4") == 0


def test_rows_without_a_name_are_refused(torch_model, make_machines, tmp_path):
    make_machines(5).drop(columns="machine").to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(DataError, match="no column 'machine'; allowed: keys and time: machine, at"):
        write(torch_model, tmp_path)


@pytest.mark.parametrize("name", ["machine", "at"])
def test_a_missing_name_in_any_row_is_refused_before_anything_is_written(
    torch_model, make_machines, tmp_path, monkeypatch, name
):
    monkeypatch.setattr(module, "PIECE_ROWS", 4)
    rows = make_machines(10)
    rows.loc[[1, 8, 9], name] = None
    rows.to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(DataError, match=f"^3 rows have no {name}; allowed: a key and a time in every row"):
        write(torch_model, tmp_path)
    assert list((tmp_path / ".out.parts").glob("*.parquet")) == []


def test_no_rows_at_all(tmp_path):
    pd.DataFrame({"a": []}).to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(DataError, match="holds no rows"):
        Pieces.of(tmp_path / "rows.parquet")
