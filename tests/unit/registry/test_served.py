import json
import os
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import numpy as np
import pandas as pd
import pytest

from vaegis.errors import VaegisError
from vaegis.fitted.model import FittedModel
from vaegis.registry.answer import TASKS
from vaegis.registry.registration import register
from vaegis.registry.requirements import OF_PRIOR, PACKAGES


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, make_project):
    import mlflow

    root = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(root)
        project = make_project(root)
        registration = register()
        return mlflow.pyfunc.load_model(f"models:/machines/{registration.version}"), project


def test_all_of_it_for_each_row(loaded) -> None:
    model, project = loaded
    answer = model.predict(project.rows)
    fitted = FittedModel.load(project.root / "models/candidate")
    assert list(answer.columns[:4]) == ["score", "pvalue", "flag", "z_0"]
    np.testing.assert_allclose(answer["score"], fitted.score(project.rows))
    np.testing.assert_allclose(answer["pvalue"], fitted.pvalue(project.rows))
    assert (answer["flag"] == (answer["pvalue"] <= 0.01)).all()
    np.testing.assert_allclose(answer["z_1"], fitted.encode(project.rows)["z_1"])
    assert set(answer) >= {f"reconstructed_{column.name}" for column in project.schema.features}


@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_its_share_of_everything(loaded, task: str) -> None:
    model, project = loaded
    part = model.predict(project.rows, params={"task": task})
    pd.testing.assert_frame_equal(part, model.predict(project.rows)[list(part)])


def test_ints_nulls_order_and_extra_columns_are_fine(loaded) -> None:
    model, project = loaded
    rows = project.rows.assign(load_kw=project.rows["load_kw"].round())
    whole = rows.assign(load_kw=rows["load_kw"].astype("int64"), extra="x")
    shuffled = whole[list(whole.columns[::-1])]
    pd.testing.assert_frame_equal(model.predict(shuffled), model.predict(rows))
    nulls = rows.assign(load_kw=None, mode=None)
    assert np.isfinite(model.predict(nulls)["score"]).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows.drop(columns="mode"), "column 'mode' is missing"),
        (lambda rows: rows.assign(load_kw="a lot"), "'load_kw' holds 'a lot' .str. in 200 rows; allowed: float64"),
        (lambda rows: rows.assign(mode=3), "'mode' holds 3 .int. in 200 rows; allowed: string"),
        (lambda rows: rows.assign(load_kw=np.inf), "'load_kw' holds an infinite value"),
        (lambda rows: "rows", "predict was given a str"),
    ],
)
def test_wrong_rows_are_one_line(loaded, change, message: str) -> None:
    model, project = loaded
    with pytest.raises(VaegisError, match=message) as caught:
        model.predict(change(project.rows))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"task": "dance"}, "task is 'dance'; allowed: score, encode, reconstruct, all"),
        ({"false_alarm_rate": 2.0}, "false_alarm_rate is 2.0; allowed: above 0, below 1"),
        ({"reasons": 2}, "reasons is 2 in task 'all'; allowed: 0, or task 'score'"),
    ],
)
def test_wrong_parameters_are_one_line(loaded, params: dict[str, object], message: str) -> None:
    model, project = loaded
    with pytest.raises(VaegisError, match=message):
        model.predict(project.rows, params=params)


def test_reasons_come_where_they_are_asked_for(loaded) -> None:
    model, project = loaded
    asked = {"task": "score", "false_alarm_rate": 0.1}
    with_reasons, without = (model.predict(project.rows, params={**asked, "reasons": top}) for top in (2, 0))
    pd.testing.assert_frame_equal(with_reasons.drop(columns="reasons"), without)
    pd.testing.assert_frame_equal(without, model.predict(project.rows, params=asked))
    flagged = with_reasons["reasons"][with_reasons["flag"]]
    assert flagged.str.count(", ").eq(1).all()


def test_the_signature_is_the_contract(loaded) -> None:
    model, project = loaded
    signature = model.metadata.signature
    assert signature.inputs.input_names() == [column.name for column in project.schema.features]
    assert {str(column.type) for column in signature.inputs} == {"DataType.double", "DataType.string"}
    assert [param.name for param in signature.params] == ["task", "false_alarm_rate", "reasons"]
    assert signature.outputs.input_names() == list(model.predict(project.rows))


def test_records_as_the_server_hands_them_over(loaded) -> None:
    model, project = loaded
    names = [column.name for column in project.schema.features]
    records = json.loads(project.rows[names].to_json(orient="records"))
    np.testing.assert_allclose(model.predict(records)["score"], model.predict(project.rows)["score"], rtol=1e-6)
    pd.testing.assert_frame_equal(model.predict(records[0]).iloc[[0]], model.predict(records[:1]))


@pytest.fixture(scope="module")
def invoke(loaded):
    """Return a function that asks `mlflow models serve`, which serves the version as it is registered."""
    import mlflow

    _, project = loaded
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    uri = f"sqlite:///{project.root / 'mlruns/mlflow.db'}"
    mlflow.MlflowClient(uri, uri).set_registered_model_alias("machines", "champion", "1")
    words = ["models", "serve", "-m", "models:/machines@champion", "--env-manager", "local", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "mlflow", *words],
        cwd=project.root,
        env={**os.environ, "MLFLOW_TRACKING_URI": uri, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    yield partial(_invoke, process, f"http://127.0.0.1:{port}/invocations")
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=60)


def _invoke(process, address, body, kind="application/json"):
    asked = Request(address, body, {"content-type": kind})  # noqa: S310 - ours
    deadline = time.monotonic() + 120
    while True:
        try:
            with urlopen(asked, timeout=60) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read())
        except HTTPError as error:
            return error.code, json.loads(error.read())
        except URLError:
            assert process.poll() is None and time.monotonic() < deadline, "it does not answer"  # noqa: PT018
            time.sleep(0.5)


@pytest.mark.slow
def test_mlflow_serves_the_version_as_it_is(loaded, invoke) -> None:
    model, project = loaded
    rows = project.rows[[column.name for column in project.schema.features]].head(3)
    rows = rows.assign(load_kw=rows["load_kw"].round().astype("int64"))
    expected = model.predict(rows)["score"]
    records = json.loads(rows.to_json(orient="records"))
    by_column = {name: [row[name] for row in records] for name in rows}
    for inputs in (records, by_column):
        status, said = invoke(json.dumps({"inputs": inputs, "params": {"task": "score"}}).encode())
        assert status == 200, said
        np.testing.assert_allclose([row["score"] for row in said["predictions"]], expected, rtol=1e-6)
    status, said = invoke(json.dumps({"inputs": records, "params": {"task": "score", "reasons": 1}}).encode())
    assert (status, [type(row["reasons"]) for row in said["predictions"]]) == (200, [str] * 3)
    status, said = invoke(rows.to_csv(index=False).encode(), "text/csv")
    assert status == 200, said
    np.testing.assert_allclose([row["score"] for row in said["predictions"]], expected, rtol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"dataframe_records": [{}]}, "must be a dictionary with 'inputs' key"),
        ({"dataframe_split": {"columns": [], "data": []}}, "must be a dictionary with 'inputs' key"),
        ({"inputs": [{"load_kw": 1.0}]}, "is missing"),
    ],
)
def test_mlflow_refuses_other_keys_and_wrong_rows_in_one_line(invoke, body, says) -> None:
    """If MLflow takes frames here one day, README and docs/deploy.md may say so."""
    status, said = invoke(json.dumps(body).encode())
    assert (status, said["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert says in said["message"]
    assert "Traceback" not in said["message"]


@pytest.mark.slow
def test_the_served_code_needs_nothing_else() -> None:
    """Whatever the import closure of the served model touches first hand is among the requirements."""
    code = """
import ast, pathlib, sys, vaegis
import vaegis.registry.served
root = pathlib.Path(vaegis.__file__).parent.parent
names = set()
for name, module in list(sys.modules.items()):
    if name.startswith("vaegis"):
        for node in ast.walk(ast.parse(pathlib.Path(module.__file__).read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module.split(".")[0])
print(*sorted(names - set(sys.stdlib_module_names) - {"vaegis"}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {*PACKAGES, *chain.from_iterable(OF_PRIOR.values())}


@pytest.mark.slow
def test_the_logged_code_is_enough(loaded, tmp_path) -> None:
    """A process that cannot import the installed vaegis loads and predicts with the code beside the weights."""
    _, project = loaded
    project.rows.to_parquet(tmp_path / "rows.parquet")
    [folder] = {path.parent for path in project.root.glob("mlruns/artifacts/models/*/artifacts/MLmodel")}
    code = f"""
import sys
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in str(finder).lower()]
sys.path = [path for path in sys.path if not path.endswith("/src")]
import importlib.util
found = importlib.util.find_spec("vaegis")
assert found is None or found.origin is None, found  # an editable installation leaves an empty folder of that name
import mlflow, pandas
rows = pandas.read_parquet("rows.parquet")
answer = mlflow.pyfunc.load_model({str(folder)!r}).predict(rows, params={{"task": "score"}})
assert "vaegis" in sys.modules and sys.modules["vaegis"].__file__.startswith({str(folder)!r})
print(len(answer))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout.split() == ["200"], done.stderr
