import json
import os
import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest
import yaml

from vaegis.errors import ArtifactError, DataError


@pytest.fixture
def watched(here, fitted, make_machines):
    """Stand beside a bundle with its reference, and rows of later days."""
    from vaegis.config.reference import ReferenceConfig
    from vaegis.fitted.model import FittedModel
    from vaegis.monitoring.reference import make_reference

    model, rows = FittedModel.load("bundle"), make_machines(24 * 60, seed=2)
    made = make_reference(model, rows, (rows.index // 24) % 2 == 0, ReferenceConfig(bins=8, frequencies=8))
    made.save(Path("bundle/reference.safetensors"))
    make_machines(24 * 9, seed=3, start="2014-06-01").to_parquet("new.parquet")
    return here


def test_fine_rows_end_with_0_and_again_with_the_same(vaegis, watched):
    words = ("monitor", "--model", "bundle", "--rows", "new.parquet", "--no-mlflow", "--json")
    one, two = vaegis(*words), vaegis(*words)
    assert {batch["status"] for batch in one["batches"]} <= {"fine", "underpowered"}
    assert [batch["blocks"] for batch in one["batches"]] == [7, 2]
    assert [batch["repeated"] for batch in two["batches"]] == [True, True]
    assert Path(one["page"]).is_file()
    assert Path("monitoring/metrics.prom").is_file()
    assert one["mlflow"] == "not in MLflow: --no-mlflow"


def test_days_of_change_end_with_20(vaegis, watched):
    rows = pd.read_parquet("new.parquet")
    rows.assign(heat_c=rows["heat_c"] + 40.0).to_parquet("hot.parquet")
    words = ("monitor", "--model", "bundle", "--rows", "hot.parquet", "--no-mlflow", "--json")
    found = vaegis(*words, code=20)
    assert [batch["exit_code"] for batch in found["batches"]][-1] == 20
    assert "not like the reference" in found["batches"][-1]["sentence"]
    told = vaegis("monitor", "--model", "bundle", "--rows", "hot.parquet", "--no-mlflow", code=20)
    assert "judged before" in told


def test_the_worst_batch_decides_how_it_ends(vaegis, watched):
    """Two weeks of change and a morning after them: the morning has no data, and hides nothing."""
    rows = pd.read_parquet("new.parquet")
    hot = rows.assign(heat_c=rows["heat_c"] + 40.0)
    week, morning = hot[hot["at"] < "2014-06-08"], hot.tail(3)
    late = morning.assign(at=morning["at"] + pd.Timedelta(days=9))
    pd.concat([week, late]).to_parquet("hot.parquet")
    found = vaegis("monitor", "--model", "bundle", "--rows", "hot.parquet", "--no-mlflow", "--json", code=20)
    assert [batch["status"] for batch in found["batches"]] == ["alarm", "no data"]
    told = vaegis("monitor", "--model", "bundle", "--rows", "hot.parquet", "--no-mlflow", code=20)
    assert "bundle: alarm; the new rows are not like the reference" in " ".join(told.split())
    text = Path("monitoring/metrics.prom").read_text()
    assert re.search(r'vaegis_monitor_status\{.*status="no data"\} 1', text)
    assert re.search(r"vaegis_monitor_alarm\{.*\} 1\n", text)


def test_a_dead_column_does_not_end_with_0(vaegis, watched):
    pd.read_parquet("new.parquet").head(24 * 7).assign(mode=None).to_parquet("dead.parquet")
    found = vaegis("monitor", "--model", "bundle", "--rows", "dead.parquet", "--no-mlflow", "--json", code=20)
    assert "missing" in found["batches"][0]["sentence"]


def test_a_tracker_that_does_not_answer_does_not_stop_it(vaegis, watched, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    found = vaegis("monitor", "--model", "bundle", "--rows", "new.parquet", "--json")
    assert "not in MLflow: MLflow at http://127.0.0.1:9 does not answer" in found["mlflow"]
    assert Path(found["page"]).is_file()


def test_a_morning_alone_ends_with_10(vaegis, watched):
    pd.read_parquet("new.parquet").head(5).to_parquet("new.parquet")
    found = vaegis("monitor", "--model", "bundle", "--rows", "new.parquet", "--no-mlflow", "--json", code=10)
    assert found["batches"][0]["status"] == "no data"


@pytest.mark.parametrize(
    ("spoil", "error", "said"),
    [
        (lambda rows: rows.iloc[:0].to_parquet("new.parquet"), DataError, "the batch holds no rows"),
        (lambda rows: rows.drop(columns="mode").to_parquet("new.parquet"), DataError, "column 'mode' is missing"),
        (lambda rows: Path("new.parquet").unlink(), ArtifactError, r"new\.parquet does not exist"),
        (lambda rows: Path("bundle/reference.safetensors").unlink(), ArtifactError, "bundle carries no reference"),
        (lambda rows: _tear(), ArtifactError, r"state\.json was cut short or edited"),
    ],
)
def test_a_mistake_is_one_line(vaegis, watched, spoil, error, said):
    vaegis("monitor", "--model", "bundle", "--rows", "new.parquet", "--no-mlflow", "--json")
    spoil(pd.read_parquet("new.parquet"))
    with pytest.raises(error, match=said) as caught:
        vaegis("monitor", "--model", "bundle", "--rows", "new.parquet", "--no-mlflow")
    assert "\n" not in str(caught.value)


def _tear():
    file = next(Path("monitoring").rglob("state.json"))
    file.write_bytes(file.read_bytes()[:-100])
    assert json.loads(Path("monitoring/latest.json").read_text())


def test_schedules_in_the_document_are_what_cron_and_actions_read():
    text = (Path(__file__).parents[3] / "docs/monitoring.md").read_text()
    [workflow] = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    [line] = re.findall(r"^```cron\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    parsed = yaml.safe_load(workflow)
    schedule = parsed[True]["schedule"][0]["cron"]  # YAML 1.1 reads `on` as true; Actions does not
    steps = parsed["jobs"]["monitor"]["steps"]
    folder = parsed["jobs"]["monitor"]["defaults"]["run"]["working-directory"]
    assert f"cd {folder} &&" in line
    assert not any("checkout" in step.get("uses", "") for step in steps), "it removes what git ignores: the evidence"
    assert line.startswith(schedule)
    assert len(schedule.split()) == 5
    assert all("uses" in step or "run" in step for step in steps)
    commands = [step["run"] for step in steps if "run" in step]
    assert all(
        subprocess.run(["bash", "-n"], input=command, text=True, check=False).returncode == 0 for command in commands
    )
    assert subprocess.run(["bash", "-n"], input=line.split(maxsplit=5)[5], text=True, check=False).returncode == 0


def test_the_step_of_the_document_fails_on_alarms_and_mistakes(tmp_path):
    """The shell of the example, with a stand-in that ends as it is told."""
    text = (Path(__file__).parents[3] / "docs/monitoring.md").read_text()
    [workflow] = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    step = yaml.safe_load(workflow)["jobs"]["monitor"]["steps"][0]["run"]
    tool = tmp_path / ".venv/bin/vaegis"
    tool.parent.mkdir(parents=True)
    for code, ends in ((0, 0), (10, 0), (20, 1), (1, 1), (5, 1)):
        tool.write_text(f"#!/bin/sh\nexit {code}\n")
        tool.chmod(0o755)
        environment = {**os.environ, "GITHUB_OUTPUT": str(tmp_path / "output")}
        done = subprocess.run(["bash", "-e", "-c", step], cwd=tmp_path, env=environment, check=False)
        assert done.returncode == ends
        assert (tmp_path / "output").read_text().splitlines()[-1] == f"code={code}"
