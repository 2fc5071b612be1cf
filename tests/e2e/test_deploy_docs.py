"""What docs/deploy.md tells a platform team to type, and that the image's recipe holds together."""

import importlib.util
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest
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


@pytest.mark.slow
def test_spark_scores_as_the_document_says(champion):
    pytest.importorskip("pyspark", reason="not locked: install pyspark and Java to run it")
    (code,) = PYTHON.findall(DOCUMENT)
    registry = f"sqlite:///{Path('mlruns/mlflow.db').absolute()}"
    done = subprocess.run(
        [sys.executable, "-c", code.replace("turbine-vae", "machines")],
        env={**os.environ, "MLFLOW_TRACKING_URI": registry, "MLFLOW_REGISTRY_URI": registry},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    assert len(pd.read_parquet("scored")) == len(champion.rows)


def test_the_recipe_of_the_image_holds_together():
    text = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = [line.split(maxsplit=1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    last = [rest for word, rest in steps if word == "USER"][-1]
    assert last.isdigit() and int(last) > 0, "it does not run as root"  # noqa: PT018
    for word, rest in steps:
        if word == "COPY" and not rest.startswith("--from"):
            for name in shlex.split(rest)[:-1]:
                assert (ROOT / name).exists(), name
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (asked,) = re.findall(r"'\.\[(\w+)\]'", text)
    assert not [need for need in extras[asked] if need.startswith(("torch", "lightning", "mlflow>", "feast"))]
    words = json.loads(next(rest for word, rest in steps if word == "ENTRYPOINT"))
    assert CliRunner().invoke(app, [*words[1:], "--help"]).exit_code == 0
    shown = CliRunner().invoke(app, ["serve", "--help"], env={"COLUMNS": "200"}).output
    assert {word for word in words if word.startswith("--")} <= set(re.findall(r"--[a-z-]+", shown))
