import numpy as np
import pandas as pd
import pytest

from vaegis.config.baseline import BaselineConfig
from vaegis.config.model import ModelConfig
from vaegis.config.split import SplitConfig
from vaegis.data.split import assign_roles
from vaegis.data.stream import frames
from vaegis.errors import DataError
from vaegis.fitted.stage import role_streams, stage_key

SPLIT = SplitConfig(test_from="2015-01-01")


@pytest.fixture
def clean(make_machines, tmp_path):
    frame = make_machines(24 * 400)
    frame.loc[::7, "broken"] = True
    frame.to_parquet(tmp_path / "clean.parquet")
    return frame, tmp_path / "clean.parquet"


def read(stream) -> pd.DataFrame:
    return pd.concat(frames(stream()), ignore_index=True)


def test_roles_get_their_rows_and_features_only(machine_schema, clean):
    frame, path = clean
    streams = role_streams(machine_schema, path, SPLIT)
    roles = assign_roles(frame, machine_schema, SPLIT)
    features = [column.name for column in machine_schema.features]
    for role, stream in (("train", streams.train), ("validation", streams.validation)):
        expected = frame.loc[roles == role, features].reset_index(drop=True)
        pd.testing.assert_frame_equal(read(stream), expected)


def test_labelled_rows_stay_out_of_calibration(machine_schema, clean):
    frame, path = clean
    roles = assign_roles(frame, machine_schema, SPLIT)
    kept = read(role_streams(machine_schema, path, SPLIT).calibration)
    wanted = frame[(roles == "calibration") & ~frame["broken"]]
    np.testing.assert_array_equal(kept["load_kw"], wanted["load_kw"])
    assert len(wanted) < (roles == "calibration").sum()


def test_too_short_a_table_names_the_missing_role(machine_schema, make_machines, tmp_path):
    make_machines(24 * 5, start="2015-02-01").to_parquet(tmp_path / "clean.parquet")
    with pytest.raises(DataError, match="the split leaves no train rows"):
        role_streams(machine_schema, tmp_path / "clean.parquet", SPLIT)


def test_key_follows_stage_configuration_and_dependencies(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "input").write_text("one")
    (tmp_path / "dvc.yaml").write_text("stages: {train: {deps: [input]}, baseline: {deps: [input]}}")
    key = stage_key("train", ModelConfig(), SplitConfig())
    assert stage_key("train", ModelConfig(), SplitConfig()) == key
    others = {
        stage_key("train", ModelConfig().seeded(1), SplitConfig()),
        stage_key("train", ModelConfig(), SplitConfig(block_days=8)),
        stage_key("baseline", ModelConfig.plain(BaselineConfig()), SplitConfig()),
    }
    (tmp_path / "input").write_text("two")
    others.add(stage_key("train", ModelConfig(), SplitConfig()))
    assert len(others | {key}) == 5
