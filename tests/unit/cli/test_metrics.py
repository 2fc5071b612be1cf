import json

import pytest
from typer.testing import CliRunner

from vaegis.cli.app import app
from vaegis.errors import ConfigError

RECORD = {
    "definition": "share of rows",
    "unit": "share",
    "direction": "lower",
    "reading": "0 is perfect",
    "tier": "fast",
    "rows": 9,
    "reason": "",
}
HELD = {
    "detection/false_alarm_rate": {**RECORD, "value": 0.0372, "low": 0.0176, "high": 0.0633},
    "labels/mean_auroc": {**RECORD, "value": None, "low": None, "high": None, "reason": "the contract has no label"},
}


@pytest.fixture
def evaluated(tmp_path, monkeypatch):
    """A project whose evaluation found two things."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports/evaluation").mkdir(parents=True)
    (tmp_path / "reports/evaluation/evidence.json").write_text(json.dumps(HELD))


def ask(*words):
    return CliRunner().invoke(app, ["metrics", *words], env={"COLUMNS": "200"})


@pytest.mark.usefixtures("evaluated")
def test_what_was_measured_stands_beside_what_it_means():
    told = ask().stdout
    for words in (
        "0.0372 share",
        "0.0176 to 0.0633",
        "0 is perfect",
        "not computable, because the contract has no label",
    ):
        assert words in told
    assert json.loads(ask("labels", "--json").stdout) == {"labels/mean_auroc": HELD["labels/mean_auroc"]}


@pytest.mark.usefixtures("evaluated")
def test_an_unknown_name_is_one_line_with_the_topics():
    with pytest.raises(ConfigError, match=r"no metric has 'speed' in its name; allowed: topics: detection, labels"):
        CliRunner().invoke(app, ["metrics", "speed"], catch_exceptions=False)


def test_before_any_evaluation_there_are_the_definitions(tmp_path, monkeypatch):
    from vaegis.evaluation.metrics import METRICS

    monkeypatch.chdir(tmp_path)
    told = json.loads(ask("--json").stdout)
    assert list(told) == sorted(METRICS)
    assert told["reconstruction/nll"]["unit"] == "nats per row"
    assert "value" not in told["reconstruction/nll"]
    assert "AUROC of {scorer}" in ask("detection").stdout
