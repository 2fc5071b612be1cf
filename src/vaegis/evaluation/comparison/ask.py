"""Ask models about rows, each in a process of its own: two versions in one process would share code silently."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

import vaegis
from vaegis.errors import ArtifactError

_SCRIPT: Final = Path(__file__).with_name("answers.py")
_INSTALLED: Final = Path(vaegis.__file__).parents[1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Contender:
    """A version to be compared."""

    label: str
    """What people call it, such as `champion, version 3`."""
    bundle: Path
    code: Path | None = None
    """Folder that holds the `vaegis` it was logged with: used where the installed one cannot read the bundle."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What one model said; rows in the order they were given."""

    kind: str
    content_digest: str
    features: tuple[str, ...]
    rows: pd.DataFrame
    """score, flag, nll, rate, distortion, decoder_use, and `expected:<column>`."""
    faults: pd.DataFrame
    """score and flag of rows with injected faults; empty without any."""


def ask(contenders: Sequence[Contender], task: Mapping[str, Any], folder: Path) -> list[Answers]:
    """Have every contender answer, all at once, and read what they wrote below `folder`.

    Raises:
        ArtifactError: a bundle can be read neither by the installed code nor by its own.
    """
    file = folder / "task.json"
    file.write_text(json.dumps(dict(task)), encoding="utf-8")
    started = []
    for place, contender in enumerate(contenders):
        out = folder / str(place)
        out.mkdir()
        started.append((contender, out, _start(contender.bundle, _INSTALLED, file, out)))
    return [_finish(contender, out, file, process) for contender, out, process in started]


def _start(bundle: Path, code: Path, task: Path, out: Path) -> subprocess.Popen[str]:
    # -P: the script's own folder is no place to import from.
    command = [sys.executable, "-P", str(_SCRIPT), str(bundle.absolute()), str(task), str(out)]
    environment = {**os.environ, "PYTHONPATH": str(code.absolute()), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def _finish(contender: Contender, out: Path, task: Path, process: subprocess.Popen[str]) -> Answers:
    trouble = _wait(process)
    if trouble and contender.code is not None:
        trouble = _wait(_start(contender.bundle, contender.code, task, out))
    if trouble:
        what = f"{contender.label} cannot be asked: {trouble}"
        raise ArtifactError(what, where="restore the bundle, or install the vaegis that wrote it")
    about = json.loads((out / "about.json").read_text(encoding="utf-8"))
    faults = out / "faults.parquet"
    return Answers(
        kind=about["kind"],
        content_digest=about["content_digest"],
        features=tuple(about["features"]),
        rows=pd.read_parquet(out / "rows.parquet"),
        faults=pd.read_parquet(faults) if faults.is_file() else pd.DataFrame({"score": [], "flag": []}),
    )


def _wait(process: subprocess.Popen[str]) -> str:
    """Return the last line of what went wrong, empty if nothing did."""
    _, told = process.communicate()
    if process.returncode == 0:
        return ""
    lines = told.strip().splitlines()
    return lines[-1].partition(": ")[2] or lines[-1] if lines else f"its process ended with {process.returncode}"
