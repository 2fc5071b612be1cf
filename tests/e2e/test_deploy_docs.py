"""What docs/deploy.md tells a platform team to type, and that the image's recipe holds together."""

import importlib.util
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from vaegis.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
BASH = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / f"tests/fixtures/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_PROJECT = load("registry_project")
migrated_database, make_project, project = _PROJECT.migrated_database, _PROJECT.make_project, _PROJECT.project


@pytest.fixture
def champion(project, feast_settings):
    """Return a project whose only version is the champion, with its ONNX form."""
    from vaegis.fitted.export import attach_onnx
    from vaegis.fitted.model import FittedModel

    attach_onnx(FittedModel.load("models/candidate"), Path("models/candidate"))
    (project.root / "feature_repo").mkdir()
    (project.root / "feature_repo/feature_store.yaml").write_text(feast_settings)
    for stage in ("register", "promote"):
        done = _PROJECT.run_stage(project.root, stage)
        assert done.returncode == 0, done.stderr
    return project


@pytest.mark.slow
def test_every_command_of_the_document_does_what_it_says(champion):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = "\n".join(BASH.findall(DOCUMENT)).replace("turbine-vae", "machines").replace("8080", str(port))
    tools = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-m", "-c", script],
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "MLFLOW_DISABLE_TELEMETRY": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("1\n")
    assert f"serving machines version 1, content digest {digest()[:12]}" in done.stderr
    assert '"ready":true' in done.stdout
    decoder = json.JSONDecoder()
    answers = [decoder.raw_decode(done.stdout, at)[0] for at in starts(done.stdout, '{"model":"machines"')]
    about, scored, encoded = answers
    assert about["content_digest"] == scored["content_digest"] == digest()
    assert (len(scored["score"]), len(encoded["latent"])) == (2, 2)
    assert 'vaegis_requests_total{status="200",task="score"} 1.0' in done.stdout
    rows = pd.read_parquet("scored.parquet")
    assert set(rows["model"]) == {"machines/1"}
    assert "in feature service machine_latents_v1, 1 entities online" in done.stdout


def digest():
    return json.loads(Path("models/candidate/bundle.json").read_text())["content_digest"]


def starts(text, word):
    return [found.start() for found in re.finditer(re.escape(word), text)]


def java_release():
    """Return which Java Spark would find, 0 for none: JAVA_HOME, else the path."""
    home = os.environ.get("JAVA_HOME")
    try:
        program = f"{home}/bin/java" if home else "java"
        told = subprocess.run([program, "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


@pytest.fixture
def java():
    """Stand where Spark runs."""
    if java_release() < 17:
        pytest.skip("Spark runs on Java 17 or later: there is none on the path or in JAVA_HOME")


@pytest.mark.slow
def test_spark_scores_as_the_document_says(java, champion):
    packages = Path(sys.prefix) / "spark"
    assert (packages / ".complete").is_file(), f"pyspark is not in {packages}: run .ci/spark, as make test does"
    (code,) = PYTHON.findall(DOCUMENT)
    registry = f"sqlite:///{Path('mlruns/mlflow.db').absolute()}"
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(packages)]),
        "MLFLOW_TRACKING_URI": registry,
        "MLFLOW_REGISTRY_URI": registry,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_SUBMIT_ARGS": "--master local[2] --driver-memory 1g --conf spark.ui.enabled=false pyspark-shell",
    }
    done = subprocess.run(
        [sys.executable, "-c", code.replace("turbine-vae", "machines")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = CliRunner().invoke(app, ["score", "data/validated/clean.parquet", "--output", "scored.parquet"])
    assert said.exit_code == 0, said.output
    here, there = pd.read_parquet("scored.parquet"), pd.read_parquet("scored")
    there = there.set_index(pd.to_datetime(there["at"], utc=True)).loc[here["at"]].reset_index(drop=True)
    assert len(there) == len(champion.rows)
    pd.testing.assert_frame_equal(there[["score", "pvalue"]], here[["score", "pvalue"]], rtol=1e-6)
    told = ["flag", "model", "content_digest"]
    pd.testing.assert_frame_equal(there[told], here[told])
    assert here["flag"].any()
    assert there["reasons"].tolist() == here["reasons"].where(here["flag"], "").tolist()
    assert set(there["content_digest"]) == {digest()}


def recipe():
    """Return the steps of the image's recipe: words and what follows them."""
    text = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.split(maxsplit=1) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def copied():
    """Return what the recipe takes from the folder it is built in."""
    steps = [rest for word, rest in recipe() if word == "COPY" and not rest.startswith("--from")]
    return [name for rest in steps for name in shlex.split(rest)[:-1]]


def test_the_recipe_of_the_image_holds_together():
    steps = recipe()
    last = [rest for word, rest in steps if word == "USER"][-1]
    assert last.isdigit() and int(last) > 0, "it does not run as root"  # noqa: PT018
    assert [name for name in copied() if not (ROOT / name).exists()] == []
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (asked,) = re.findall(r"'\.\[(\w+)\]'", " ".join(rest for _, rest in steps))
    assert not [need for need in extras[asked] if need.startswith(("torch", "lightning", "mlflow>", "feast"))]
    words = json.loads(next(rest for word, rest in steps if word == "ENTRYPOINT"))
    assert CliRunner().invoke(app, [*words[1:], "--help"]).exit_code == 0
    shown = CliRunner().invoke(app, ["serve", "--help"], env={"COLUMNS": "200"}).output
    assert {word for word in words if word.startswith("--")} <= set(re.findall(r"--[a-z-]+", shown))


def test_the_folder_an_image_is_built_in_holds_what_the_recipe_copies():
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(wheel["force-include"]) <= set(copied())
    assert "*" in lines
    assert {line[1:] for line in lines if line.startswith("!")} == set(copied())


def test_what_the_recipe_installs_has_its_version_from_the_lock(tmp_path):
    (making,) = [rest for word, rest in recipe() if word == "RUN" and "constraints.txt" in rest]
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    subprocess.run(["sh", "-euc", making.partition("&&")[0]], cwd=tmp_path, check=True)
    lines = (tmp_path / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line.strip() and not line.strip().startswith("#")]
    assert [pin for pin in pins if not str(pin.specifier).startswith("==")] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(need) for need in project["dependencies"] + project["optional-dependencies"]["serve"]]
    assert {need.name for need in wanted} - {pin.name for pin in pins} == set()


def bounds(needs):
    """Return by package what versions are asked for."""
    return {need.name: str(need.specifier) for need in map(Requirement, needs) if need.name != "vaegis"}


def test_every_bound_of_the_document_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = {extra: bounds(needs) for extra, needs in project["optional-dependencies"].items()}
    everywhere = bounds([*project["dependencies"], f"python{project['requires-python']}"])
    _, _, section = DOCUMENT.partition("\n## What fits what\n")
    rows = re.findall(r"^\| (`\w[^|]*[<>=][^|]*) \| (all|`\w+`) \|", section, re.MULTILINE)
    named = set()
    for packages, where in rows:
        told = bounds(re.findall(r"`([^`]+)`", packages))
        known = everywhere if where == "all" else extras[where.strip("`")]
        assert told == {name: known.get(name) for name in told}, where
        named |= set(told)
    assert named >= {"python", "onnxruntime", "mlflow", "mlflow-skinny", "torch", "feast", "pyarrow"}
    # A bound in other words would not be compared: there is none.
    words = "|".join([*named, "ONNX Runtime", "Arrow"])
    assert re.findall(rf"\b(?:{words})(?: server)? (?:\| )?v?\d+\.\d.*", section, re.IGNORECASE) == []


def test_the_opset_of_the_document_is_the_exported_one():
    from vaegis.fitted.export import OPSET

    assert re.findall(r"opset (\d+)", DOCUMENT) == [str(OPSET)]
