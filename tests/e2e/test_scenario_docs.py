"""What README.md and docs/scenarios.md type, typed on the wind farm: a small clone has no generator."""

import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import vaegis
from vaegis.cli.app import app
from vaegis.contract import TableSchema

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(bash|python|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHORTER = {"vane_deg=-10:10:11": "vane_deg=-10:10:4", "wind_speed_ms=5,6,7,8": "wind_speed_ms=6"}
QUICK = {
    "train": {"epochs": 2, "hidden": [16], "accelerator": "cpu"},
    "generator": {"width": 8, "min_steps": 30, "max_steps": 30},
    "score": {"mode": "elbo"},
}


def blocks(language, text=TEXT):
    return [code for found, code in BLOCK.findall(text) if found == language]


def typed():
    """Return the words after `vaegis simulate` of every such line."""
    lines = "".join([*blocks("bash"), *blocks("bash", (ROOT / "README.md").read_text(encoding="utf-8"))]).splitlines()
    every = [shlex.split(line.partition(" > ")[0], comments=True) for line in lines]
    return [words[2:] for words in every if words[:2] == ["vaegis", "simulate"]]


@pytest.fixture(scope="module")
def place(clone, tmp_path_factory):
    """Return a folder with rows, rules and a model that has hardly learnt."""
    root = tmp_path_factory.mktemp("place")
    for name in ("data/validated/clean.parquet", "feature_repo/expectations.json"):
        (root / name).parent.mkdir(parents=True)
        shutil.copy2(clone.workspace / name, root / name)
    rows = pd.read_parquet(root / "data/validated/clean.parquet")
    schema = TableSchema.load(clone.workspace / "data/pulled/schema.json")
    vaegis.fit(rows, QUICK, schema=schema).save(root / "model")
    (root / "cold.yaml").write_text(blocks("yaml")[0])
    return root


def test_every_scenario_runs(place, monkeypatch):
    monkeypatch.chdir(place)
    lines = [*typed(), ["cold.yaml"]]
    assert len(lines) == 10
    for words in lines:
        shorter = [SHORTER.get(word, word) for word in words]
        done = CliRunner().invoke(app, ["simulate", *shorter, "--rows", "10", "--model", "model"])
        assert done.exit_code == 0, (words, done.output, done.exception)
        assert "synthetic" in done.stdout
    for example in blocks("python"):
        exec(compile(example, "docs/scenarios.md", "exec"), {})  # noqa: S102
