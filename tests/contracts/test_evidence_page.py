"""What docs/evidence.md names exists: metrics, tables, figures, parameters."""

import dataclasses
import re
from pathlib import Path

import pytest

from vaegis.config.evaluate import EvaluateConfig
from vaegis.evaluation.draw import FIGURES
from vaegis.evaluation.evidence import TABLES
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.metrics import METRICS

PAGE = (Path(__file__).resolve().parents[2] / "docs/evidence.md").read_text(encoding="utf-8")
WORDS = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", PAGE, flags=re.MULTILINE | re.DOTALL))
TOPICS = {name.partition("/")[0] for name in METRICS}
NAMES = {name.partition("/")[2] for name in METRICS} | TOPICS | set(TABLES)
KEYS = {field.name for field in dataclasses.fields(MetricSpec)}
SETTINGS = {f"evaluate.{field.name}" for field in dataclasses.fields(EvaluateConfig)}
FIGURE = re.compile(r"^(\w+)\.png$")


def test_every_topic_is_explained():
    assert {*WORDS, "latent", "usefulness"} >= TOPICS


@pytest.mark.parametrize("word", sorted({word for word in WORDS if re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", word)}))
def test_a_name_with_words_is_a_metric_its_key_or_a_table(word):
    assert word in NAMES | KEYS


@pytest.mark.parametrize("word", sorted({word for word in WORDS if word.startswith("evaluate.")}))
def test_a_setting_exists(word):
    assert word in SETTINGS


@pytest.mark.parametrize("word", sorted({word for word in WORDS if FIGURE.match(word)}))
def test_a_figure_is_drawn(word):
    assert FIGURE.match(word).group(1) in FIGURES
