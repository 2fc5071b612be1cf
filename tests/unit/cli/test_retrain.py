"""An alarm and its challenger, on a real registry; only DVC's run of the stages is put in by hand."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from vaegis.cli.retrain import batch_rows, enough_days
from vaegis.config.train import TrainConfig
from vaegis.errors import ConfigError, DataError, VaegisError

FILES = {
    "params.yaml": "register: {model: machines}\nsplit: {test_from: '2014-03-01'}\n",
    "dvc.yaml": "stages: {}\n",
    ".dvcignore": "",
    "policy.yaml": (Path(__file__).parents[3] / "policy.yaml").read_text(),
    "feature_repo/features.py": "",
}


@pytest.fixture
def champion(champions, fitted, make_machines):
    """Stand in a project whose champion is a real model, with its reference beside it."""
    from mlflow.models import Model, ModelSignature
    from mlflow.types import ColSpec, Schema

    from vaegis.config.reference import ReferenceConfig
    from vaegis.fitted.model import FittedModel
    from vaegis.monitoring.reference import make_reference
    from vaegis.registry.enrolment import enrol
    from vaegis.registry.names import CONTENT_DIGEST, DATA_FINGERPRINT

    for name, text in FILES.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    files = champions.root / "mlruns/artifacts/models/m-real/artifacts"
    bundle = files / "artifacts/bundle"
    digest = fitted.save(bundle)
    rows = make_machines(24 * 60, seed=2)
    made = make_reference(
        FittedModel.load(bundle), rows, (rows.index // 24) % 2 == 0, ReferenceConfig(bins=8, frequencies=8)
    )
    made.save(bundle / "reference.safetensors")
    Model(signature=ModelSignature(Schema([ColSpec("double", "x")]), Schema([ColSpec("double", "y")]))).save(
        str(files / "MLmodel")
    )
    tags = {CONTENT_DIGEST: digest, DATA_FINGERPRINT: "rows"}
    version = champions.client.create_model_version("machines", files.as_uri(), tags=tags)
    enrol(champions.uri, champions.client, version)
    from vaegis.registry.ledger import PROMOTION
    from vaegis.registry.transaction import Move, transact

    held = champions.bench().held
    entry = champions.ledger.require_registration(
        "machines", str(version.version), version.tags, {CONTENT_DIGEST: "content_digest"}
    )
    after = {"champion": str(version.version), "previous": held["champion"]}
    transact(champions.uri, Move.of(PROMOTION, entry, held, after), lambda ledger: None)
    return champions


@pytest.fixture
def hot(make_machines):
    """Write days that are hotter than those the champion knows, and the same as a store would hold them."""
    rows = make_machines(24 * 14, seed=3, start="2014-06-01")
    rows["heat_c"] += 40.0
    rows.to_parquet("hot.parquet")
    return rows


@pytest.fixture
def by_hand(monkeypatch, model_maker, machine_schema, hot):
    """Put a trained and registered challenger where DVC's stages would, and record what was asked of DVC."""
    asked = []

    def run(root, *targets):
        asked.append((root, targets, yaml.safe_load((root / "params.yaml").read_text())))
        machine_schema.save(root / "data/pulled/schema.json")
        (root / "data/validated").mkdir(parents=True, exist_ok=True)
        hot.to_parquet(root / "data/validated/clean.parquet")
        model = model_maker(machine_schema, hot, TrainConfig(seed=7, latent_dim=2, hidden=[8]))
        digest = model.save(root / "models/candidate")
        (root / "reports").mkdir(exist_ok=True)
        record = {"model": "machines", "version": "4", "content_digest": digest}
        (root / "reports/registration.json").write_text(json.dumps(record))
        return 0

    monkeypatch.setattr("vaegis.cli.repro.run_dvc", run)
    return asked


def test_an_alarm_opens_a_challenger_and_promotes_nothing(champion, vaegis, hot, by_hand):
    before = champion.aliases
    watched = vaegis("monitor", "--rows", "hot.parquet", "--json", code=20)
    assert watched["model"] == "models:/machines@champion"
    assert watched["mlflow"] == "logged"
    found = vaegis("retrain", "--rows", "hot.parquet", "--json")
    root, targets, params = by_hand[0]
    assert (root, targets) == (Path("workspaces/challenger"), ("register",))
    last = watched["batches"][-1]
    assert params["split"]["test_from"] == watched["batches"][0]["first"][:10]
    assert champion.aliases == before
    assert not found["promoted"]
    assert found["comparison"]["rows"]["rows"] == sum(batch["rows"] for batch in watched["batches"])
    note = Path(found["note"]).read_text()
    assert last["sentence"] in note
    assert "# machines version 4, a challenger" in note
    assert "challenger beside machines version 3, on the same" in note
    assert f"Trained on the rows before {params['split']['test_from']}, its split.test_from." in note
    assert "- data: training rows: one set -> another, by the columns' means, spreads or levels\n" in note
    assert yaml.safe_load(Path("params.yaml").read_text())["split"]["test_from"] == "2014-03-01"


def test_without_an_alarm_nothing_is_trained_unless_asked(champion, vaegis, make_machines, by_hand):
    make_machines(24 * 3, seed=4, start="2014-06-01").to_parquet("calm.parquet")
    vaegis("monitor", "--rows", "calm.parquet", "--no-mlflow")
    with pytest.raises(ConfigError, match="was fine, no alarm; allowed: an alarm; change: --anyway"):
        vaegis("retrain")
    assert by_hand == []
    vaegis("retrain", "--rows", "calm.parquet", "--anyway", "--test-from", "2014-05-01", "--json")
    assert by_hand[0][2]["split"]["test_from"] == "2014-05-01"


def test_a_run_that_fails_says_where(champion, vaegis, hot, monkeypatch):
    vaegis("monitor", "--rows", "hot.parquet", "--no-mlflow", code=20)
    monkeypatch.setattr("vaegis.cli.repro.run_dvc", lambda root, *targets: 255)
    with pytest.raises(VaegisError, match="the challenger's run ended with 255"):
        vaegis("retrain")


def test_rows_of_a_batch_are_those_of_its_time(tmp_path, make_machines, machine_schema):
    rows = make_machines(24 * 5)
    rows.to_parquet(tmp_path / "new.parquet")
    times = ("2014-01-02T00:00:00+00:00", "2014-01-03T23:00:00+00:00")
    found = batch_rows(tmp_path / "new.parquet", machine_schema, *times)
    assert pd.to_datetime(found["at"]).dt.day.unique().tolist() == [2, 3]
    with pytest.raises(DataError, match="there is no valid row from 2020-01-01 to 2020-01-02"):
        batch_rows(tmp_path / "new.parquet", machine_schema, "2020-01-01T00:00:00+00:00", "2020-01-02T00:00:00+00:00")


def test_models_are_compared_on_the_last_batches_of_two_weeks():
    from types import SimpleNamespace

    days = [("2015-01-01", "2015-01-07"), ("2015-01-08", "2015-01-14"), ("2015-01-15", "2015-01-20")]
    batches = [SimpleNamespace(first=first, last=f"{last}T23:50:00") for first, last in days]
    assert enough_days(batches[:2]) == "2015-01-01"
    assert enough_days(batches) == "2015-01-01"
    assert enough_days(batches[1:]) == "2015-01-08"
