"""The pipeline from the store to the registry, on a small pull of the real data, in a copy of this repository."""

import json
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from vaegis.fitted.model import FittedModel
from vaegis.serving.scorer import Scorer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def clone(make_clone):
    """Return a clone of this file's own after its first run: tests change it, and put back what they changed."""
    made = make_clone()
    made.first = made.repro()
    return made


def test_first_run_ends_with_a_verdict_in_twelve_lines(clone):
    lines = clone.first.stdout.strip().splitlines()
    assert 4 <= len(lines) <= 12
    assert lines[0].startswith("rows")
    assert lines[-1].startswith("next")
    outcome = clone.outcome()
    assert outcome["verdict"]["decision"] == "promoted", outcome["verdict"]
    assert outcome["aliases"] == {"challenger": "1", "champion": "1"}


def test_onnx_scores_real_rows_as_torch_does(clone):
    """To 1e-5 where spreads are at least 0.5, as here; what smaller ones do: docs/deploy.md."""
    rows = pd.read_parquet(clone.workspace / "data/validated/clean.parquet")
    one, other = (kind.load(clone.workspace / "models/candidate").score(rows) for kind in (FittedModel, Scorer))
    apart = (one - other).abs() / (1.0 + one.abs())
    assert len(rows) > 9_000
    assert apart.max() < 1e-5


def test_the_small_pull_is_whole_days_of_both_years_and_every_entity(clone):
    names = ["turbine_id", "event_timestamp"]
    rows = pd.read_parquet(clone.workspace / "data/pulled/rows.parquet", columns=names)
    assert len(rows) == pytest.approx(10_000, rel=0.05)
    days = rows["event_timestamp"].dt.date
    held = rows.groupby([days, "turbine_id"]).size()
    assert len(held) == 4 * days.nunique()
    assert set(held) == {144}
    by_year = pd.Series(days.unique()).map(lambda day: day.year).value_counts()
    assert set(by_year.index) == {2014, 2015}
    assert abs(by_year[2014] - by_year[2015]) <= 1


def test_two_runs_stand_beside_each_other(clone):
    code = (
        "import mlflow, json; mlflow.set_tracking_uri('sqlite:///mlruns/mlflow.db');"
        "runs = mlflow.search_runs(experiment_names=['turbine-vae-fast']);"
        "print(json.dumps(sorted(runs['tags.vaegis.role'])))"
    )
    done = clone.run("python", "-c", code)
    assert json.loads(done.stdout) == ["baseline", "candidate"], done.stderr


def test_second_run_does_nothing(clone):
    before = (clone.workspace / "dvc.lock").read_bytes(), clone.shown()
    done = clone.repro()
    assert "Running stage 'pull'" not in done.stderr
    assert "Running stage 'train'" not in done.stderr
    assert ((clone.workspace / "dvc.lock").read_bytes(), clone.shown()) == before


@pytest.mark.parametrize("stage", ["ingest", "source_state", "compare", "register", "promote", "publish"])
def test_a_stage_that_looks_outside_and_finds_nothing_new_loads_nothing_heavy(clone, stage):
    code = (
        f"import json, sys; from pipelines.{stage} import main; main();"
        "heavy = ('torch', 'lightning', 'mlflow', 'feast', 'great_expectations', 'sklearn', 'scipy', 'duckdb');"
        "print(json.dumps([name for name in heavy if name in sys.modules]))"
    )
    tracker = f"sqlite:///{clone.root}/mlruns/mlflow.db"
    done = clone.run("python", "-c", code, cwd=clone.workspace, MLFLOW_TRACKING_URI=tracker)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr


def test_the_champion_s_rows_stand_in_the_feature_store(clone):
    code = (
        "import json; from feast import FeatureStore;"
        "store = FeatureStore(repo_path='data/published'); service = store.get_feature_service('turbine_latents_v1');"
        "found = store.get_online_features(service, [{'turbine_id': 'R80711'}]).to_dict();"
        "print(json.dumps([found['model_version'], found['content_digest'], found['z_0']]))"
    )
    done = clone.run("python", "-c", code, cwd=clone.workspace)
    (version,), (digest,), (latent,) = json.loads(done.stdout.splitlines()[-1])
    assert (version, digest) == ("turbine-vae-fast/1", clone.outcome()["verdict"]["content_digest"])
    assert isinstance(latent, float)
    rows = pd.read_parquet(clone.workspace / "data/published/turbine_latents_v1/turbine-vae-fast-1.parquet")
    assert len(rows) == len(pd.read_parquet(clone.workspace / "data/validated/clean.parquet"))


def test_published_rows_that_were_lost_are_published_again_and_nothing_else_runs(clone):
    place = clone.workspace / "data/published"
    rows = place / "turbine_latents_v1/turbine-vae-fast-1.parquet"
    settings, before = (place / "feature_store.yaml").read_text(), pd.read_parquet(rows)
    shutil.rmtree(place)
    done = clone.repro()
    assert "Running stage 'pull'" not in done.stderr
    assert (place / "feature_store.yaml").read_text() == settings
    moment = ["created_timestamp"]
    pd.testing.assert_frame_equal(pd.read_parquet(rows).drop(columns=moment), before.drop(columns=moment))


def test_a_lost_tracking_database_is_rebuilt_from_files(clone):
    before = clone.outcome()
    shutil.rmtree(clone.root / "mlruns")
    done = clone.repro()
    assert "Running stage 'train'" not in done.stderr
    after = clone.outcome()
    assert after["verdict"]["content_digest"] == before["verdict"]["content_digest"]
    assert after["aliases"] == before["aliases"]


def test_a_changed_and_reverted_parameter_makes_no_third_version(clone):
    params = clone.root / "params.yaml"
    original = params.read_text()
    first = clone.outcome()["verdict"]["content_digest"]
    quick = original.replace("evaluate:\n", "evaluate:\n  tier: fast\n")  # how good it is is not asked
    params.write_text(quick.replace("latent_dim: 8", "latent_dim: 6"))
    clone.repro()
    assert clone.outcome()["verdict"]["content_digest"] != first
    params.write_text(original)
    clone.repro()
    assert clone.outcome()["verdict"]["content_digest"] == first
    assert len(clone.shown()["versions"]) == 2


def test_corrected_rows_in_the_store_run_the_pipeline_again(clone):
    code = (
        "import pandas as pd; p = 'data/store/turbine_scada.parquet'; f = pd.read_parquet(p);"
        "f.loc[0, 'power_kw'] += 1.0; f.to_parquet(p)"
    )
    store = clone.root / "data/store/turbine_scada.parquet"
    kept = store.read_bytes()
    assert clone.run("python", "-c", code).returncode == 0
    done = clone.run("dvc", "status", "source_state", cwd=clone.workspace)
    assert done.returncode == 0
    rerun = clone.run("dvc", "repro", "pull", cwd=clone.workspace)
    assert "Running stage 'pull'" in rerun.stdout + rerun.stderr
    store.write_bytes(kept)
    back = clone.run("dvc", "repro", "pull", cwd=clone.workspace)
    assert back.returncode == 0


def test_two_clones_make_the_same_bytes(clone, shared_clone):
    assert clone.root != shared_clone.root
    assert shared_clone.hashes() == clone.hashes()
    assert {"models/candidate", "data/validated/clean.parquet", "reports/evaluation/metrics.json"} <= set(
        clone.hashes()
    )


def test_an_unknown_parameter_is_one_line(clone):
    params = clone.root / "params.yaml"
    original = params.read_text()
    params.write_text(original.replace("latent_dim: 8", "latent_dims: 8"))
    done = clone.run("vaegis", "repro", "--workspace", "fast")
    params.write_text(original)
    assert done.returncode == 2
    assert "latent_dims" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_registered_version_predicts_with_mlflow_and_its_requirements_alone(clone, tmp_path):
    rows = tmp_path / "rows.parquet"
    shutil.copy2(clone.workspace / "data/validated/clean.parquet", rows)
    uri = f"sqlite:///{clone.root}/mlruns/mlflow.db"
    find = (
        f"import mlflow; mlflow.set_tracking_uri({uri!r});"
        "print(mlflow.pyfunc.get_model_dependencies('models:/turbine-vae-fast@champion'))"
    )
    listed = clone.run("python", "-c", find)
    requirements = listed.stdout.strip().splitlines()[-1]
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    pip = [str(tmp_path / "venv/bin/python"), "-m", "pip", "install", "--quiet", "--no-compile"]
    subprocess.run([*pip, "-r", requirements], check=True)
    code = (
        f"import mlflow, pandas as pd, sys; mlflow.set_tracking_uri({uri!r});"
        f"rows = pd.read_parquet({str(rows)!r}).head(20);"
        "found = mlflow.pyfunc.load_model('models:/turbine-vae-fast@champion').predict(rows);"
        "assert {'score', 'pvalue', 'flag', 'z_0', 'reconstructed_power_kw'} <= set(found), list(found);"
        "assert 'lightning' not in sys.modules and 'feast' not in sys.modules;"
        "print(len(found))"
    )
    python = str(tmp_path / "venv/bin/python")
    done = subprocess.run(
        [python, "-c", code], cwd=tmp_path, env=clone.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip().splitlines()[-1] == "20"
