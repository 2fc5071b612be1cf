"""What README.md tells people to type, typed in a clone whose own pipeline is small."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pandas as pd
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
TOOLS = Path(sys.executable).parent
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Small:
    """A clone that holds in its main project what workspace `fast` made, so that every command is quick."""

    def __init__(self, copy):
        self.clone, self.root = copy, copy.root
        self.make = ("make", "READY=ready", f"BIN={TOOLS}")  # the environment that stands; none is made
        for name in ("params.yaml", "policy.yaml", "dvc.lock"):
            shutil.copy2(copy.workspace / name, copy.root / name)
        params = copy.root / "params.yaml"
        params.write_text(params.read_text().replace("turbine-vae-fast", "turbine-vae"))
        for name in (".dvc/cache", "data", "models", "reports"):
            kept = {"symlinks": True, "dirs_exist_ok": True, "ignore": lambda *_: ["store"]}
            shutil.copytree(copy.workspace / name, copy.root / name, **kept)
        self.run("git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qam", "small")
        (copy.root / "ready").touch()
        self.summary = self.run(*self.make, "repro")

    def run(self, *words):
        done = self.clone.run(*words)
        assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-3000:]
        assert "Traceback" not in done.stderr
        return done.stdout

    def runs(self, experiment):
        """Map the runs of an MLflow experiment to how they ended."""
        query = "SELECT r.name, r.status FROM runs r JOIN experiments e USING (experiment_id) WHERE e.name = ?"
        with closing(sqlite3.connect(self.root / "mlruns/mlflow.db")) as database:
            return dict(database.execute(query, (experiment,)))


@pytest.fixture(scope="module")
def small(clone, tmp_path_factory):
    """Return the small clone after `make repro`."""
    return Small(clone.copied_to(tmp_path_factory.mktemp("small") / "clone"))


def blocks(root, language):
    """Return the code blocks of README.md in a language."""
    return [code for found, code in BLOCK.findall((root / "README.md").read_text()) if found == language]


def told(clone, *tools):
    """Return the command lines of README.md that begin with one of `tools`, without their comments."""
    lines = "".join(blocks(clone.root, "bash")).splitlines()
    typed = [shlex.split(line, comments=True) for line in lines]
    return [words for words in typed if words and words[0] in tools]


VAEGIS = {
    "vaegis show": "challenger, champion  promoted",
    "vaegis show --alias champion": "1\n",
    "vaegis report --open": "reports/report.html",
    "vaegis metrics detection": "detection/injected_auroc",
    "vaegis diff models/candidate models/baseline": "detection/injected_auroc",
    "vaegis diff": "beside turbine-vae version 1",
    "vaegis score data/validated/clean.parquet --output scored.parquet": "written to scored.parquet",
    "vaegis score data/validated/clean.parquet --model models:/turbine-vae/1 --rate 0.001": "p-value of at most 0.001",
    "vaegis explain R80711 2015-08-03T11:40": "page      incidents/R80711-2015-08-03T114000Z.html",
    "vaegis publish": "turbine_latents_v1, 4 entities online",
    "vaegis sample 1000 --seed 1 --output generated.parquet": "1,000 rows by models:/turbine-vae@champion",
    "vaegis config --all": "split.gap_hours",
    "vaegis doctor": "every key known and in range",
}
PRIVACY = "vaegis privacy generated.parquet --train train.parquet --holdout holdout.parquet"
JUDGING = {"vaegis monitor": {0, 10, 20}, PRIVACY: {0, 1, 7}}
"""Commands whose exit code is their finding."""
SHORT = {"vaegis monitor": ("--start", "2015-12-18")}
"""Two weeks of the store do: of a dozen days there is no last one, so all two years would be judged."""
WIDE, QUEUE = "dvc exp run -n wide -S +train.hidden=[256,128]", "dvc exp run --queue -S train.beta=0.5,1.0,2.0"
QUICK = ("-S", "train.epochs=1", "-S", "baseline.epochs=1", "-S", "+evaluate.tier=fast")
APART = ("-S", "register.model=turbine-vae-trial", *QUICK)
DVC = {"dvc exp show": "wide", "dvc metrics diff": "injected_auroc", "dvc plots show": "dvc_plots/index.html"}
TABLES = ("scored", "generated", "train", "holdout")
WRITTEN = {"ready", "card.html", "pipelines/dvc.lock", *(f"{name}.parquet" for name in TABLES)}
"""Files that the commands were told to write."""
TYPED = {*VAEGIS, *JUDGING, *DVC, WIDE, QUEUE, "dvc queue start", "make repro", "make ui", "make demo-refusal"}
ELSEWHERE = {
    "make test",  # this very run
    "vaegis repro",  # test_pipeline.py
    "make repro WORKSPACE=flights",  # test_flights.py
    "vaegis init my.csv ../mine",  # test_init.py
    "vaegis retrain",  # tests/faults/test_retrain.py; a whole run of the pipeline
    "vaegis simulate --hold wind_speed_ms=12 --hold turbine=R80736 --output windy.parquet",  # test_scenario_docs.py
    "vaegis studio",  # tests/unit/cli/test_studio.py
    "vaegis ui",  # by `make ui`
    "dvc exp run -S train.beta=0.5",  # WIDE without its name
}


def test_what_the_page_on_incidents_types(small):
    text = (small.root / "docs/incidents.md").read_text()
    lines = [line for found, code in BLOCK.findall(text) if found == "bash" for line in code.splitlines()]
    assert len(lines) == 3
    for line in lines:
        assert "R80711" in small.run(*shlex.split(line, comments=True))


def test_every_command_of_the_readme_is_typed(clone):
    lines = {shlex.join(words).replace("'", "") for words in told(clone, "make", "vaegis", "dvc")}
    assert lines == TYPED | ELSEWHERE


def test_make_repro_ends_with_what_came_out(small):
    assert "verdict   turbine-vae version 1 promoted: " in small.summary
    assert small.summary.endswith("next      make ui\n")


@pytest.mark.parametrize(("line", "says"), VAEGIS.items(), ids=VAEGIS)
def test_vaegis(small, line, says, monkeypatch):
    monkeypatch.setenv("BROWSER", "true")  # what is opened is looked at by nobody
    assert says in small.run(*shlex.split(line))
    if "--output" in line:
        assert len(pd.read_parquet(small.root / shlex.split(line)[-1])) >= 1000


@pytest.fixture(scope="module")
def audited(small):
    """Leave the three tables of an audit in the clone."""
    rows = pd.read_parquet(small.root / "data/validated/clean.parquet").sample(frac=1.0, random_state=0)
    rows[::2].to_parquet(small.root / "train.parquet")
    rows[1::2].to_parquet(small.root / "holdout.parquet")
    small.run("vaegis", "sample", "1000", "--output", "generated.parquet")


@pytest.mark.parametrize(("line", "codes"), JUDGING.items(), ids=JUDGING)
def test_what_judges_says_so_by_its_exit_code(small, audited, line, codes):
    done = small.clone.run(*shlex.split(line), *SHORT.get(line, ()))
    assert done.returncode in codes, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout


def test_monitoring_is_a_stage_that_runs_when_it_is_asked_for(small):
    """After the command, so that no new row is left: all two years would be judged otherwise."""
    small.clone.run("vaegis", "monitor", *SHORT["vaegis monitor"])
    lock, aliases = (small.root / "dvc.lock").read_bytes(), small.clone.shown("turbine-vae")["aliases"]
    (line,) = re.findall(r"^dvc repro .*", (small.root / "docs/monitoring.md").read_text(), re.MULTILINE)
    done = small.clone.run(*shlex.split(line))
    assert done.returncode == 0, done.stderr
    assert re.findall(r"Running stage '(.*)'", done.stdout + done.stderr) == ["pipelines/dvc.yaml:monitor"]
    assert "models:/turbine-vae@champion: no data; no row came from 2015-12-31 on; page: " in done.stderr
    assert json.loads((small.root / "monitoring/latest.json").read_text())["status"] == "no data"
    plain = small.run("dvc", "repro", "--dry")
    assert "'ingest'" in plain
    assert "monitor" not in plain
    assert (small.root / "dvc.lock").read_bytes() == lock
    assert small.clone.shown("turbine-vae")["aliases"] == aliases


def test_every_python_example_runs(small):
    examples = blocks(small.root, "python")
    assert len(examples) >= 2
    for example in examples:
        small.run("python", "-c", example)


def test_make_ui_answers_until_it_is_ended(small):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = small.clone.start(*small.make, "ui", f"PORT={port}")
    deadline = time.monotonic() + 120
    while (answer := health(port)) is None:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert answer == b"OK"
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert out.startswith(f"http://127.0.0.1:{port}")


def health(port):
    """Return what the server says of itself; None while it does not listen yet."""
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as server:
            server.request("GET", "/health")
            return server.getresponse().read()
    except (ConnectionError, TimeoutError):
        return None


def test_an_experiment_leaves_a_run_of_its_name(small):
    assert "Ran experiment(s): wide" in small.run(*shlex.split(WIDE), "-S", "train.epochs=1")
    runs = small.runs("turbine-vae")
    assert runs.pop("wide") == "FINISHED"
    assert sorted(name.count("-baseline") for name in runs) == [0, 1]
    for line, says in DVC.items():
        assert says in small.run(*shlex.split(line))
    assert len(small.clone.shown("turbine-vae")["versions"]) == 2
    publication = json.loads((small.root / "reports/publication.json").read_text())
    assert publication == {"published": False, "reason": "an experiment leaves the store alone"}
    changed = {line[3:] for line in small.run("git", "status", "--short").splitlines()}
    small.run("git", "checkout", "-q", "params.yaml")  # DVC leaves the experiment's parameters in place
    assert changed - WRITTEN == {"dvc.lock", "params.yaml"}


def test_queued_experiments_leave_runs_of_their_names_in_the_projects_tracker(small):
    assert small.run(*shlex.split(QUEUE)).count("Queued experiment") == 3
    small.run("dvc", "queue", "remove", "--all")
    small.run("dvc", "exp", "run", "--queue", "-n", "apart", *APART)
    small.run("dvc", "queue", "start")  # returns when the worker has let go of its output
    assert small.runs("turbine-vae-trial") == {"apart": "FINISHED", "apart-baseline": "FINISHED"}
    assert "Success" in small.run("dvc", "queue", "status")


def test_a_bad_model_is_refused_and_the_champion_stays(small):
    fast = small.clone.workspace
    shutil.copytree(fast, fast.with_name("refusal"), symlinks=True)  # what both have in common is not done twice
    said = small.run(*small.make, "demo-refusal")
    assert "champion before: version 1; after the refusal: version 1" in said
    assert re.search(r"^verdict   turbine-vae-fast version 2 refused by \d+ of 24 gates; champion is ver", said, re.M)
    shown = small.clone.shown()
    assert shown["aliases"] == {"champion": "1", "challenger": "2"}
    newest, first = shown["versions"]
    assert (newest["verdict"], first["verdict"]) == ("refused", "promoted")
    assert "latent dimensions in use" in newest["reasons"]
