"""What plain MLflow answers, asked as anybody would, in processes that know nothing of this one."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_SECONDS: Final = 120
# Libraries are loaded once. Each answer is a fork of its own, since the code of two models in one would be mixed up.
_PROGRAM: Final = f"""
import json, os, signal, sys, warnings
warnings.simplefilter("ignore")
import mlflow, mlflow.pyfunc, pandas, sqlalchemy, torch

def answer(address, file):
    name, alias = address.removeprefix("models:/").split("@")
    status = mlflow.MlflowClient().get_model_version_by_alias(name, alias).status
    try:
        rows = pandas.read_parquet(file)
        said = mlflow.pyfunc.load_model(address).predict(rows, params={{"task": "score"}})
        return [status, f"answers: score {{float(said['score'].iloc[0]):.4f}}"]
    except Exception as error:
        return [status, f"fails: {{type(error).__name__}}"]

for question in sys.stdin:
    child = os.fork()
    if not child:
        code = 1
        try:
            signal.alarm({_SECONDS})
            print(json.dumps(answer(*json.loads(question))), flush=True)
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1]:
        print('["?", "fails"]', flush=True)
"""


class Plain:
    """A process that asks MLflow at one tracking address."""

    def __init__(self, uri: str, folder: Path) -> None:
        """Start it, in `folder`; it gets ready meanwhile."""
        environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_TRACKING_URI": uri}
        environment.pop("PYTHONPATH", None)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
            cwd=folder,
        )

    def ask(self, address: str, file: Path) -> str:
        """Return the version's status, and the score of the first row in `file` by the model at `address`."""
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None  # noqa: S101 - both are pipes
        assert told is not None  # noqa: S101
        with suppress(BrokenPipeError):
            asked.write(json.dumps([address, str(file)]) + "\n")
            asked.flush()
        for line in told:
            if line.startswith("["):
                return "; ".join(json.loads(line))
        return "?; fails"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it."""
        self._process.communicate()
