"""The lean import: in a fresh process, since this one has Feast already."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, sys, typeguard, warnings
before, environment, shown = typeguard.typechecked, dict(os.environ), warnings.simplefilter
from vaegis.feature_store.lean import import_feast
assert "feast" not in sys.modules
import_feast()
assert "feast" in sys.modules and typeguard.typechecked is before
import feast.repo_operations, vaegis.feature_store.asof
broad = [kind for action, _, kind, *_ in warnings.filters if action == "once" and issubclass(DeprecationWarning, kind)]
assert warnings.simplefilter is shown and not broad, broad
heavy = {"torch", "dask", "mlflow", "ibis", "sklearn", "lightning", "great_expectations"} & set(sys.modules)
assert not heavy, heavy
import torch
assert torch.tensor([1.0]).sum() == 1.0
import_feast()
left = {name: value for name, value in os.environ.items() if environment.get(name) != value}
assert not left and not environment.keys() - os.environ.keys(), left
import prometheus_client, tempfile
assert prometheus_client.values.ValueClass is prometheus_client.values.MutexValue
assert not os.listdir(tempfile.gettempdir())
"""
IN_THE_FOLDER = """
import glob, os, sys
from vaegis.feature_store.lean import import_feast
import_feast()
import feast.metrics
feast.metrics.push_request_count.labels("rows", "online").inc()
assert os.listdir() == ["metrics"] and glob.glob("metrics/*.db"), os.listdir()
"""


def run(program, folder, **environment):
    inherited = {name: value for name, value in os.environ.items() if "PROMETHEUS" not in name.upper()}
    told = {**inherited, "TMPDIR": str(folder), **environment}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=told, cwd=folder
    )
    assert done.returncode == 0, done.stderr


def test_nothing_unused_is_imported_and_nothing_stays_changed(tmp_path):
    run(PROGRAM, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir", "PROMETHEUS_MULTIPROCESS_DIR"]
)
def test_a_folder_for_metrics_that_the_user_named_counts(tmp_path, name):
    (tmp_path / "metrics").mkdir()
    run(IN_THE_FOLDER, tmp_path, **{name: "metrics"})
