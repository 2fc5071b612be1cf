"""The lean import: in a fresh process, since this one has Feast already."""

import subprocess
import sys

PROGRAM = """
import sys, typeguard
before = typeguard.typechecked
from vaegis.feature_store.lean import import_feast
assert "feast" not in sys.modules
import_feast()
assert "feast" in sys.modules and typeguard.typechecked is before
heavy = {"torch", "dask", "mlflow", "ibis", "sklearn", "lightning", "great_expectations"} & set(sys.modules)
assert not heavy, heavy
import torch
assert torch.tensor([1.0]).sum() == 1.0
import_feast()
"""


def test_nothing_unused_is_imported_and_nothing_stays_changed():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
