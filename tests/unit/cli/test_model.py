import pandas as pd
import pytest

from vaegis.cli import model
from vaegis.cli.model import open_judge, open_model, read_table, write_frame
from vaegis.data.origin import is_generated
from vaegis.errors import ArtifactError, DataError, VaegisError


def test_bundle_folder_is_an_address(here, fitted):
    address, found = open_model("bundle")
    assert address == "bundle"
    assert found.columns == fitted.columns
    assert len(found.content_digest) == 64


def test_no_address_means_the_champion_of_params(here):
    (here / "params.yaml").write_text("register: {model: mine}\n")
    with pytest.raises(VaegisError, match="mine"):
        open_model("")


def test_what_scores_is_torch_or_where_there_is_none_onnx(here, fitted, monkeypatch):
    address, name, judge = open_judge("bundle")
    assert (address, name, type(judge).__name__) == ("bundle", "bundle", "FittedModel")
    monkeypatch.setattr(model.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ArtifactError, match=r"bundle has no model\.onnx"):
        open_judge("bundle")
    with pytest.raises(ArtifactError, match="absent does not exist"):
        open_judge("absent")


def test_table_goes_out_and_comes_back(tmp_path):
    frame = pd.DataFrame({"a": [1.5, None], "b": ["x", None]})
    write_frame(tmp_path / "deep/er.parquet", frame, {"synthetic": True})
    assert is_generated(tmp_path / "deep/er.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / "deep/er.parquet"), frame)


def test_index_of_the_file_is_dropped(tmp_path):
    pd.DataFrame({"a": [1, 2]}, index=[7, 7]).to_parquet(tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").index.tolist() == [0, 1]


def test_unreadable_input_is_one_line(tmp_path):
    with pytest.raises(ArtifactError, match=r"absent\.parquet does not exist"):
        read_table(tmp_path / "absent.parquet")
    (tmp_path / "t.parquet").write_text("a,b\n")
    with pytest.raises(DataError, match=r"t\.parquet cannot be read as Parquet"):
        read_table(tmp_path / "t.parquet")
