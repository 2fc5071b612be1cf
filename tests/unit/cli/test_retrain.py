"""An alarm and its challenger, on a real registry; only DVC's run of the stages is put in by hand."""

import json
import re
import shlex
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from vaegis.cli.app import app
from vaegis.cli.retrain import batch_rows, held_out
from vaegis.config.split import SplitConfig
from vaegis.config.train import TrainConfig
from vaegis.data.split import assign_roles
from vaegis.errors import ArtifactError, ConfigError, DataError, VaegisError

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
    raised = next(batch for batch in watched["batches"] if batch["status"] == "alarm")
    assert params["split"]["test_from"] == watched["batches"][0]["first"][:10]
    assert params["ingest"] == {"source": "none"}
    assert champion.aliases == before
    assert not found["promoted"]
    assert found["comparison"]["rows"]["rows"] == sum(batch["rows"] for batch in watched["batches"])
    note = Path(found["note"]).read_text()
    assert raised["sentence"] in note
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


@pytest.mark.parametrize("day", ["nonsense", "2030-01-01", "2013-01-01"])
def test_a_day_of_no_use_is_refused_before_anything_runs(champion, vaegis, hot, by_hand, day):
    Path("params.yaml").write_text(FILES["params.yaml"] + "pull: {start: '2014-01-01'}\n")
    vaegis("monitor", "--rows", "hot.parquet", "--no-mlflow", code=20)
    with pytest.raises(ConfigError, match=f"--test-from is '?{day}") as refused:
        vaegis("retrain", "--rows", "hot.parquet", "--test-from", day)
    assert refused.value.exit_code == 2
    assert (by_hand, Path("workspaces").exists()) == ([], False)


def test_an_alarm_is_found_behind_a_morning_and_answered_once(champion, vaegis, make_machines, hot, by_hand):
    alarmed = vaegis("monitor", "--rows", "hot.parquet", "--no-mlflow", "--json", code=20)
    make_machines(5, seed=3, start="2014-07-01").to_parquet("morning.parquet")
    vaegis("monitor", "--rows", "morning.parquet", "--no-mlflow", code=10)
    stands = re.compile(r"^vaegis_monitor_alarm\{.*\} 1$", re.M)
    assert stands.search(Path("monitoring/metrics.prom").read_text())
    first = vaegis("retrain", "--rows", "hot.parquet", "--json")
    assert not stands.search(Path("monitoring/metrics.prom").read_text())
    raised = next(batch for batch in alarmed["batches"] if batch["status"] == "alarm")
    assert first["trained"]
    assert first["note"].endswith(f"retraining-{raised['digest'][:12]}.md")
    vaegis("monitor", "--rows", "hot.parquet", "--no-mlflow", code=20)
    again = vaegis("retrain", "--rows", "hot.parquet", "--json")
    assert (again["trained"], again["note"], len(by_hand)) == (False, first["note"], 1)
    vaegis("retrain", "--rows", "hot.parquet", "--anyway", "--json")
    assert len(by_hand) == 2


def test_every_command_of_the_document_runs(champion, vaegis, hot, by_hand, monkeypatch):
    """As they stand there, in their order; the store is a table in memory, whose rows stop in March."""
    import vaegis.feature_store.pull as feature_store
    from vaegis.feature_store.spine import NoRowsError

    held = hot.assign(at=hot["at"] + (pd.Timestamp("2015-03-14", tz="UTC") - hot["at"].max().floor("D")))

    def pull(folder, config):
        inside = (held["at"] >= pd.Timestamp(config.start, tz="UTC")) & (held["at"] < (config.end or "2016-01-01"))
        if not inside.any():
            raise NoRowsError("view v holds no rows in the range asked for")
        return SimpleNamespace(rows=SimpleNamespace(to_pandas=lambda: held[inside]))

    monkeypatch.setattr(feature_store, "pull", pull)
    Path("params.yaml").write_text(FILES["params.yaml"] + "pull: {max_rows: 10}\n")
    hot.to_parquet("new.parquet")
    text = (Path(__file__).parents[3] / "docs/monitoring.md").read_text().replace("turbine-vae", "machines")
    lines = [line for code in re.findall(r"^```bash\n(.*?)^```", text, re.M | re.S) for line in code.splitlines()]
    typed = [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("vaegis ")]
    assert [words[0] for words in typed] == ["monitor", "monitor", "monitor", "retrain"]
    ends = [CliRunner().invoke(app, words, catch_exceptions=False).exit_code for words in typed]
    assert ends == [20, 20, 20, 0]
    assert len(by_hand) == 1
    assert CliRunner().invoke(app, ["monitor"], catch_exceptions=False).exit_code == 10


def test_without_dvcignore_it_runs_too(champion, vaegis, hot, by_hand):
    Path(".dvcignore").unlink()
    vaegis("monitor", "--rows", "hot.parquet", "--no-mlflow", code=20)
    vaegis("retrain", "--rows", "hot.parquet", "--json")
    assert len(by_hand) == 1


def test_a_torn_pointer_says_what_writes_it_anew(champion, vaegis, hot):
    vaegis("monitor", "--rows", "hot.parquet", "--no-mlflow", code=20)
    file = Path("monitoring/latest.json")
    file.write_bytes(file.read_bytes()[:30])
    with pytest.raises(ArtifactError, match=r"latest\.json was cut short or edited; change: run `vaegis monitor`"):
        vaegis("retrain")


def test_a_run_that_fails_says_where(champion, vaegis, hot, monkeypatch):
    vaegis("monitor", "--rows", "hot.parquet", "--no-mlflow", code=20)
    monkeypatch.setattr("vaegis.cli.repro.run_dvc", lambda root, *targets: 255)
    with pytest.raises(VaegisError, match="the challenger's run ended with 255"):
        vaegis("retrain")


def test_a_model_that_is_not_the_one_watched_is_not_compared_with(
    champion, vaegis, hot, by_hand, model_maker, machine_schema
):
    shutil.copytree(champion.root / "mlruns/artifacts/models/m-real/artifacts/artifacts/bundle", "watched")
    vaegis("monitor", "--rows", "hot.parquet", "--model", "watched", "--no-mlflow", code=20)
    shutil.rmtree("watched")
    model_maker(machine_schema, hot, TrainConfig(seed=8, latent_dim=2, hidden=[8])).save(Path("watched"))
    with pytest.raises(ArtifactError, match=r"watched holds content \w{12}, and \w{12} was watched; .*monitor"):
        vaegis("retrain", "--rows", "hot.parquet")
    assert by_hand == []


def test_rows_of_a_batch_are_those_of_its_time(tmp_path, make_machines, machine_schema):
    rows = make_machines(24 * 5)
    rows.to_parquet(tmp_path / "new.parquet")
    times = ("2014-01-02T00:00:00+00:00", "2014-01-03T23:00:00+00:00")
    found = batch_rows(tmp_path / "new.parquet", machine_schema, times)
    assert pd.to_datetime(found["at"]).dt.day.unique().tolist() == [2, 3]
    times = ("2020-01-01T00:00:00+00:00", "2020-01-02T00:00:00+00:00")
    with pytest.raises(DataError, match="there is no valid row from 2020-01-01 to 2020-01-02"):
        batch_rows(tmp_path / "new.parquet", machine_schema, times)


def test_rows_without_a_time_are_all_of_the_file(tmp_path, make_machines, machine_schema):
    make_machines(48).drop(columns=["at", "machine"]).to_parquet(tmp_path / "new.parquet")
    moment = "2000-01-01T00:00:00+00:00"
    found = batch_rows(tmp_path / "new.parquet", machine_schema, (moment, moment), moment)
    assert len(found) == 48
    assert found["at"].eq(pd.Timestamp(moment)).all()


def test_where_entities_are_held_out_only_rows_of_those_are_new_to_both(make_machines, machine_schema):
    rows = make_machines(200).assign(machine=[f"m{number}" for number in range(200)])
    split = SplitConfig(by="entity", test_share=0.3)
    kept = held_out(rows, machine_schema, split)
    assert 30 < len(kept) < 90
    assert (assign_roles(kept, machine_schema, split) == "test").all()
    assert held_out(rows, machine_schema, SplitConfig()) is rows
    with pytest.raises(DataError, match="none of the 200 new rows belongs to an entity that is held out"):
        held_out(rows, machine_schema, SplitConfig(by="entity", test_share=0.0))
