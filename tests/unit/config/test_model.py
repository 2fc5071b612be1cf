import numpy as np
import pytest

from vaegis.config.model import ModelConfig, checked_sections
from vaegis.config.train import TrainConfig
from vaegis.errors import ConfigError


def test_sizes_follow_the_table_and_what_is_given_is_kept():
    small, large = ModelConfig.for_rows(200, 4), ModelConfig.for_rows(1_000_000, 40)
    assert small.train.batch_rows < large.train.batch_rows
    assert small.train.epochs > large.train.epochs
    given = ModelConfig.for_rows(
        200, 4, {"train": {"epochs": 3}, "score": {"mode": "elbo"}, "generator": {"kind": "none"}}
    )
    assert (given.train.epochs, given.score.mode, given.generator.kind) == (3, "elbo", "none")


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ([1], r"config is \[1\]; allowed: keys and values, such as {'train': {'epochs': 5}}; change: the call"),
        ("x", "config is 'x'; allowed: keys and values"),
        ({"train": None}, "config: section train is None; allowed: keys and values"),
        ({"train": 3}, "config: section train is 3"),
        ({1: {}}, "section '1' is unknown; allowed: generator, score, train"),
        ({"score": {2: 3}}, "score.2 is unknown; allowed: members, mode"),
    ],
)
def test_what_is_no_mapping_is_named(config, message):
    with pytest.raises(ConfigError, match=message):
        checked_sections(config)


def test_nothing_given_is_no_section():
    assert checked_sections(None) == checked_sections({}) == {}


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"trains": {}}, "section 'trains' is unknown; allowed: generator, score, train"),
        ({"score": {"modes": "elbo"}}, "score.modes is unknown; allowed: members, mode"),
        ({"score": {"mode": "best"}}, "score.mode is 'best'; allowed: elbo, hybrid, parametric"),
        ({"train": {"epochs": "2"}}, "train.epochs is '2'; allowed: a whole number; change: params.yaml: train.epochs"),
        ({"train": {"batch_rows": 64.5}}, "train.batch_rows is 64.5; allowed: a whole number"),
        ({"score": {"members": True}}, "score.members is True; allowed: a whole number"),
        ({"generator": {"kind": "gan"}}, "generator.kind is 'gan'; allowed: autoregressive, none"),
    ],
)
def test_what_is_unknown_is_named(sections, message):
    with pytest.raises(ConfigError, match=message):
        ModelConfig.for_rows(100, 3, sections)


def test_one_seed_for_everything_random():
    config = ModelConfig().seeded(7)
    assert {config.train.seed, config.score.seed, config.generator.seed} == {7}
    assert config.seeded(None) is config


def test_a_seed_is_kept_as_a_plain_number():
    config = ModelConfig.for_rows(100, 3, {"train": {"seed": np.int64(3)}}).seeded(np.int64(5))
    assert {type(part.seed) for part in (config.train, config.score, config.generator)} == {int}
    for section in ("train", "score", "generator"):
        with pytest.raises(ConfigError, match=rf"{section}\.seed is 1\.5; allowed: a whole number"):
            ModelConfig.for_rows(100, 3, {section: {"seed": 1.5}})


def test_a_plain_model_is_a_network_alone():
    plain = ModelConfig.plain(TrainConfig(epochs=2))
    assert (plain.score.mode, plain.generator.kind) == ("elbo", "none")
    assert set(plain.sections("baseline")) == {"baseline", "score", "generator"}
