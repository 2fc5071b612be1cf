import dataclasses
from pathlib import Path

import pytest

from vaegis.cli.config import SECTIONS, check_params, describe, field_docs
from vaegis.errors import ConfigError


@pytest.fixture
def params(tmp_path, monkeypatch):
    (tmp_path / "params.yaml").write_text("train: {beta: 0.5}\n")
    monkeypatch.chdir(tmp_path)
    return Path("params.yaml")


def test_value_in_force_default_and_meaning(params):
    rows = {row["key"]: row for row in describe(params)}
    assert rows["train.beta"] == {
        "key": "train.beta",
        "value": 0.5,
        "set": True,
        "default": 1.0,
        "meaning": "Weight of the KL term once warmed up; 1 is the ELBO.",
    }
    assert rows["train.epochs"]["set"] is False
    assert rows["train.epochs"]["value"] == rows["train.epochs"]["default"]


def test_every_key_of_every_section_is_described(params):
    expected = {f"{name}.{field.name}" for name, kind in SECTIONS.items() for field in dataclasses.fields(kind)}
    assert {row["key"] for row in describe(params)} == expected


def test_subclass_has_its_own_words_and_its_parents():
    docs = field_docs(SECTIONS["baseline"])
    assert docs["kind"].startswith("A point posterior, no KL;")
    assert docs["beta"] == field_docs(SECTIONS["train"])["beta"]


def test_command_shows_what_is_set_and_with_all_the_rest(params, vaegis):
    assert [row["key"] for row in vaegis("config", "--json")] == ["train.beta"]
    assert len(vaegis("config", "--all", "--json")) > 40
    assert "vaegis config --all" in vaegis("config")
    assert "train.clip_norm" in vaegis("config", "--all")


def test_impossible_values_are_said_before_anything_runs(params):
    params.write_text("evaluate: {false_alarm_rate: 2}\n")
    with pytest.raises(ConfigError, match=r"evaluate\.false_alarm_rate is 2"):
        check_params(params)
