import pytest

from vaegis.config.model import ModelConfig
from vaegis.config.train import TrainConfig
from vaegis.errors import ConfigError


def test_sizes_follow_the_table_and_what_is_given_is_kept():
    small, large = ModelConfig.for_rows(200, 4), ModelConfig.for_rows(1_000_000, 40)
    assert small.train.batch_rows < large.train.batch_rows
    assert small.train.epochs > large.train.epochs
    given = ModelConfig.for_rows(200, 4, train={"epochs": 3}, score={"mode": "elbo"}, generator={"kind": "none"})
    assert (given.train.epochs, given.score.mode, given.generator.kind) == (3, "elbo", "none")


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"trains": {}}, "section 'trains' is unknown; allowed: generator, score, train"),
        ({"score": {"modes": "elbo"}}, "score.modes is unknown; allowed: members, mode"),
        ({"score": {"mode": "best"}}, "score.mode is 'best'; allowed: elbo, hybrid, parametric"),
        ({"generator": {"kind": "gan"}}, "generator.kind is 'gan'; allowed: autoregressive, none"),
    ],
)
def test_what_is_unknown_is_named(sections, message):
    with pytest.raises(ConfigError, match=message):
        ModelConfig.for_rows(100, 3, **sections)


def test_one_seed_for_everything_random():
    config = ModelConfig().seeded(7)
    assert {config.train.seed, config.score.seed, config.generator.seed} == {7}
    assert config.seeded(None) is config


def test_a_plain_model_is_a_network_alone():
    plain = ModelConfig.plain(TrainConfig(epochs=2))
    assert (plain.score.mode, plain.generator.kind) == ("elbo", "none")
    assert set(plain.sections("baseline")) == {"baseline", "score", "generator"}
