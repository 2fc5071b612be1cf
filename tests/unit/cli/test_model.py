import pandas as pd
import pytest

from vaegis.cli import model
from vaegis.cli.model import open_judge, open_model, write_frame
from vaegis.data.origin import is_generated
from vaegis.data.tables import read_frame
from vaegis.errors import ArtifactError, VaegisError


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
    pd.testing.assert_frame_equal(read_frame(tmp_path / "deep/er.parquet"), frame)
