"""A copy of this repository in a folder of its own, as a clean clone would be, run with this environment."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent


class Clone:
    """A project folder and what is asked of it."""

    def __init__(self, root):
        self.root = root
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        files = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
        for name in filter(None, files):
            if (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "clone"]):
            subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *command], cwd=root, check=True)

    @property
    def workspace(self):
        return self.root / "workspaces/fast"

    def run(self, *command, cwd=None):
        """Run a tool of this environment on the clone's own code."""
        environment = {
            **os.environ,
            "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.root / "src"),
            "MLFLOW_DISABLE_TELEMETRY": "true",
        }
        environment.pop("MLFLOW_TRACKING_URI", None)
        tool, *rest = command
        return subprocess.run(
            [str(TOOLS / tool), *rest],
            cwd=cwd or self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def repro(self, *, expect=0):
        done = self.run("vaegis", "repro", "--workspace", "fast")
        assert done.returncode == expect, done.stderr[-4000:]
        return done

    def outcome(self):
        return json.loads((self.workspace / "reports/verdict.json").read_text())

    def shown(self):
        done = self.run("vaegis", "show", "turbine-vae-fast", "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def hashes(self):
        """Map every cached output of the workspace to its hash in dvc.lock."""
        lock = yaml.safe_load((self.workspace / "dvc.lock").read_text())
        stages = yaml.safe_load((self.workspace / "dvc.yaml").read_text())["stages"]
        kept = {
            out
            for stage in stages.values()
            for out in [*stage.get("outs", []), *stage.get("metrics", [])]
            if isinstance(out, str)
        }
        outs = [out for stage in lock["stages"].values() for out in stage.get("outs", [])]
        return {out["path"]: out["md5"] for out in outs if out["path"] in kept}


@pytest.fixture(scope="session")
def make_clone(tmp_path_factory):
    return lambda: Clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="session")
def clone(make_clone):
    """The clone after its first small run."""
    made = make_clone()
    made.first = made.repro()
    return made
