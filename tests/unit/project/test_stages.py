"""The pipeline of a new project: the same stages, dependent on the installed package."""

from pathlib import Path

import yaml

from vaegis.project.stages import own_monitor, own_stages

ROOT = Path(__file__).parents[3]
OURS = (ROOT / "dvc.yaml").read_text(encoding="utf-8")
MONITOR = (ROOT / "pipelines/dvc.yaml").read_text(encoding="utf-8")


def test_nothing_points_into_a_checkout():
    made = own_stages(OURS)
    assert "src/" not in made
    assert "tests/" not in made


def test_stages_are_ours_and_one_for_the_code():
    ours, made = yaml.safe_load(OURS), yaml.safe_load(own_stages(OURS))
    assert list(made["stages"]) == ["code", *ours["stages"]]
    assert made["plots"] == ours["plots"]
    assert made["stages"]["code"] == {
        "cmd": "python -m vaegis.project.code",
        "always_changed": True,
        "outs": ["data/code.json"],
    }


def test_each_stage_keeps_everything_but_its_code():
    ours, made = yaml.safe_load(OURS)["stages"], yaml.safe_load(own_stages(OURS))["stages"]
    for name, stage in ours.items():
        assert made[name]["deps"].count("data/code.json") == 1, name
        kept = [path for path in stage["deps"] if not path.startswith("src/")]
        assert [path for path in made[name]["deps"] if path != "data/code.json"] == kept
        assert {**made[name], "deps": None} == {**stage, "deps": None}


def test_monitoring_depends_on_the_installed_package_and_no_other_output():
    (ours,), (made,) = (yaml.safe_load(text)["stages"].values() for text in (MONITOR, own_monitor(MONITOR)))
    assert made == {**ours, "deps": ["pipelines/monitor.py", "data/code.json"]}
