"""What is given back, of a registered champion and real files; how it is read: feature_store/test_publish."""

import json
import logging
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipelines import promote, publish, register
from vaegis import paths
from vaegis.cli.app import app
from vaegis.errors import ArtifactError, DataError
from vaegis.registry.address import tracking_uri
from vaegis.registry.features import give_back_of_champion
from vaegis.registry.revocation import revoke
from vaegis.registry.rollback import roll_back

pytestmark = pytest.mark.slow


@pytest.fixture
def champion(project, feast_settings):
    """Return the digest of the champion of a project with a feature repository."""
    Path("feature_repo").mkdir()
    Path("feature_repo/feature_store.yaml").write_text(feast_settings)
    register.main()
    promote.main()
    return json.loads(paths.REGISTRATION.read_text())["content_digest"]


@pytest.fixture
def feast_store():
    """Return the class of a store, as whoever reads it opens it."""
    from vaegis.feature_store.lean import import_feast

    import_feast()
    from feast import FeatureStore

    return FeatureStore


def test_the_champion_s_rows_stand_in_the_store(champion, project, caplog):
    caplog.set_level(logging.INFO)
    done = give_back_of_champion("machines")
    assert (done["published"], done["version"], done["content_digest"]) == (True, "machines/1", champion)
    assert (done["rows"], done["rows_of_version"], done["online"]) == (200, 200, 1)
    assert json.loads(json.dumps(done)) == done
    assert "200 rows by machines/1 in feature service machine_latents_v1, 1 entities online" in caplog.text
    held = pd.read_parquet("data/published/machine_latents_v1/machines-1.parquet")
    assert {"z_0", "anomaly_score", "pvalue", "model_version", "content_digest"} <= set(held)
    assert set(held["content_digest"]) == {champion}


def published(feast_store):
    """Run the stage; return its report and which version answers online."""
    publish.main()
    report = json.loads(paths.PUBLICATION.read_text())
    store = feast_store(repo_path=report["repository"])
    answer = store.get_online_features(store.get_feature_service(report["service"]), [{"machine": "m1"}]).to_dict()
    return report, answer["model_version"]


def test_the_stage_follows_the_alias_there_and_back(champion, project, feast_store, caplog):
    caplog.set_level(logging.INFO, "vaegis.registry.features")
    report, answered = published(feast_store)
    assert (report["version"], answered) == ("machines/1", ["machines/1"])
    project.train(seed=1, reconstruction={"nll": 4.0})
    register.main()
    promote.main()
    report, answered = published(feast_store)
    assert (report["version"], answered) == ("machines/2", ["machines/2"])
    caplog.clear()
    assert published(feast_store) == (report, ["machines/2"])
    assert caplog.records == [], "nothing moved: nothing is written"
    roll_back("machines", "worse on site")
    report, answered = published(feast_store)
    assert (report["version"], report["content_digest"], answered) == ("machines/1", champion, ["machines/1"])


def test_rows_that_were_removed_or_overtaken_are_published_again(champion, feast_store):
    rows = Path("data/published/machine_latents_v1/machines-1.parquet")
    report, _ = published(feast_store)
    moment, held = ["created_timestamp"], pd.read_parquet(rows)
    rows.unlink()
    assert published(feast_store) == (report, ["machines/1"])
    pd.testing.assert_frame_equal(pd.read_parquet(rows).drop(columns=moment), held.drop(columns=moment))
    vaegis = ["publish", "data/validated/clean.parquet", "--model", "models/candidate"]
    done = CliRunner().invoke(app, vaegis, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert published(feast_store)[1] == ["machines/1"], "the champion is whom the store answers by"


def test_a_champion_that_is_revoked_later_is_no_longer_told_of_as_published(champion, feast_store):
    assert published(feast_store)[0]["published"]
    revoke(champion, "trained on recalled rows")
    publish.main()
    report = json.loads(paths.PUBLICATION.read_text())
    assert not report["published"]
    assert "trained on recalled rows" in report["reason"]


def test_a_champion_who_went_while_rows_were_encoded_leaves_no_receipt(champion, project, monkeypatch, caplog):
    """Who was champion when the stage began is asked first; in between another one came."""
    project.train(seed=1, reconstruction={"nll": 4.0})
    register.main()
    promote.main()
    monkeypatch.setattr(publish, "champion_of", lambda model: ("1", champion))
    publish.main()
    assert json.loads(paths.PUBLICATION.read_text())["version"] == "machines/2"
    assert not Path(".scratch/published.json").exists()


def test_wrong_settings_are_an_error_each_time_and_no_result(champion):
    file = Path("feature_repo/feature_store.yaml")
    right = file.read_text()
    file.write_text(right.replace("type: sqlite,", "type: unheard_of,"))
    for _ in range(2):
        with pytest.raises(DataError, match=r"feature_store.yaml"):
            publish.main()
    file.write_text(right)
    publish.main()
    assert json.loads(paths.PUBLICATION.read_text())["published"]


def test_a_workspace_leaves_the_project_s_stores_alone(champion, project, monkeypatch, feast_store, tmp_path):
    """Both have one name in one store: the trial's champion would answer in place of the project's."""
    settings = Path("feature_repo/feature_store.yaml")
    settings.write_text(settings.read_text().replace("../data/feast/online_store.db", str(tmp_path / "shared.db")))
    assert published(feast_store)[1] == ["machines/1"]
    before = (tmp_path / "shared.db").read_bytes()
    trial = Path("workspaces/trial")
    for folder in ("feature_repo", "data/validated", "models"):
        shutil.copytree(folder, trial / folder)
    shutil.copy("params.yaml", trial)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracking_uri())
    monkeypatch.chdir(trial)
    done = give_back_of_champion("machines")
    assert (done["published"], done["online"]) == (True, 1)
    assert Path("data/feast/online_store.db").is_file()
    assert (tmp_path / "shared.db").read_bytes() == before


def test_rows_stay_offline_where_params_say_so(champion, project, feast_store):
    Path("params.yaml").write_text("register: {model: machines}\npublish: {online: false}\n")
    done = give_back_of_champion("machines")
    assert (done["rows"], done["online"]) == (200, 0)
    store = feast_store(repo_path=done["repository"])
    assert not store.get_feature_view("machine_latents_v1").online
    asked = project.rows[["machine", "at"]].rename(columns={"at": "event_timestamp"})
    seen = store.get_historical_features(asked, store.get_feature_service(done["service"])).to_df()
    assert seen["z_0"].notna().all()


def test_a_champion_that_cannot_read_the_rows_is_a_result_with_its_reason(champion, project, caplog):
    project.rows.drop(columns=["load_kw"]).to_parquet(paths.CLEAN_ROWS)
    done = give_back_of_champion("machines")
    assert done["published"] is False
    assert "load_kw" in done["reason"]
    assert f"nothing is published: {done['reason']}" in caplog.text
    assert not paths.PUBLISHED.exists() or not [*paths.PUBLISHED.rglob("*.parquet")]


def test_a_revoked_champion_publishes_nothing(champion):
    revoke(champion, "trained on recalled rows")
    done = give_back_of_champion("machines")
    assert done["published"] is False
    assert "trained on recalled rows" in done["reason"]


def test_a_champion_whose_files_were_altered_is_an_error(champion):
    [weights] = Path("mlruns").rglob("weights.safetensors")
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(ArtifactError, match="models:/machines@champion"):
        give_back_of_champion("machines")
