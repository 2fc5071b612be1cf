import re
from dataclasses import FrozenInstanceError, dataclass
from pathlib import Path

import pytest

from vaegis.cli.config import check_params
from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.load import as_plain, load_section, read_params
from vaegis.config.train import TrainConfig
from vaegis.errors import ConfigError

HERE = Path(__file__).parent
INVALID = sorted((HERE / "invalid").glob("*.yaml"))
VALID = sorted((HERE / "valid").glob("*.yaml"))


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_file_is_refused_in_one_line(path):
    """The first line of each file is a comment with the message it must meet."""
    expected = path.read_text().splitlines()[0].removeprefix("# ")
    with pytest.raises(ConfigError, match=expected) as caught:
        check_params(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_file_is_accepted(path):
    check_params(path)


def test_values_lie_over_the_defaults_with_their_types():
    config = load_section("train", TrainConfig, HERE / "valid/every_kind_of_value.yaml")
    assert (config.beta, config.devices, config.hidden, config.learning_rate) == (2.0, "2", [32], 1e-3)
    assert config.likelihoods == {"parts": "negative_binomial"}
    assert config.epochs == TrainConfig().epochs
    assert load_section("evaluate", EvaluateConfig, HERE / "valid/every_kind_of_value.yaml").fault_sizes == [1.0, 2.5]


def test_section_is_frozen():
    config = load_section("train", TrainConfig, HERE / "valid/nothing.yaml")
    with pytest.raises(FrozenInstanceError):
        config.beta = 2.0


def test_missing_file_says_where_to_be(tmp_path):
    with pytest.raises(ConfigError, match=r"params\.yaml does not exist; change: run in the project's root folder"):
        read_params(tmp_path / "params.yaml")


def test_default_path_is_that_of_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "params.yaml").write_text("train: {beta: 3.0}")
    monkeypatch.chdir(tmp_path)
    assert load_section("train", TrainConfig).beta == 3.0


def test_plain_is_json_with_defaults_and_comes_back():
    plain = as_plain(TrainConfig(beta=0.5))
    assert plain["beta"] == 0.5
    assert plain["hidden"] == [128, 64]
    assert TrainConfig(**plain) == TrainConfig(beta=0.5)


def test_error_names_file_and_section(tmp_path):
    @dataclass(frozen=True, kw_only=True, slots=True)
    class Demo:
        one: int = 1

    path = tmp_path / "p.yaml"
    path.write_text("train: {two: 2}")
    with pytest.raises(ConfigError, match=re.escape(f"allowed: one; change: {path}: train")):
        load_section("train", Demo, path)
