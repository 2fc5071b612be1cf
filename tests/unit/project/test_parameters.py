"""params.yaml: readable, loaded by the same code, sized to the table."""

import pytest
import yaml

from vaegis.cli.config import check_params
from vaegis.config.load import SECTION_NAMES, load_section
from vaegis.config.train import TrainConfig
from vaegis.project.parameters import params_yaml, size_training

GIVEN = {"ingest": {"source": "file", "path": "/data/a b.csv"}, "pull": {"service": "t_v1"}, "model": "t-vae"}


def test_every_section_stands_in_it_and_loads(tmp_path):
    file = tmp_path / "params.yaml"
    text = params_yaml(**GIVEN, split={"test_from": "2024-01-01"}, training=size_training(5_000, 12))
    file.write_text(text)
    assert tuple(yaml.safe_load(text)) == SECTION_NAMES
    check_params(file)
    assert load_section("train", TrainConfig, file).latent_dim == 4


@pytest.mark.parametrize("word", ["no", "1e5", "2024-01-01", "a: b", "# a", "null", "plain", "/data/x.csv", ""])
def test_words_stay_words(word):
    text = params_yaml(**GIVEN | {"pull": {"service": word}}, split={}, training={})
    assert yaml.safe_load(text)["pull"]["service"] == word


def test_few_keys_are_shown():
    text = params_yaml(**GIVEN, split={"test_from": "2024-01-01", "block_days": 3}, training=size_training(50_000, 12))
    assert sum(len(section) for section in yaml.safe_load(text).values()) <= 22


@pytest.mark.parametrize("rows", [100, 1_000, 10_000, 100_000, 10_000_000])
def test_sizes_are_within_range_and_training_stays_minutes(rows):
    sized = size_training(rows, 20)
    config = TrainConfig(**sized)
    steps = config.epochs * rows / config.batch_rows
    assert 5 <= config.epochs <= 100
    assert rows <= 1_000 or steps >= 1_000
    assert steps <= max(6_000, 5 * rows / 512 + 1)


def test_latents_follow_the_columns():
    assert [size_training(1_000, columns)["latent_dim"] for columns in (1, 9, 500)] == [2, 3, 16]
