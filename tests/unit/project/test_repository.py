"""A Feast repository as source: read, guessed upon, left as it is."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from vaegis import paths
from vaegis.config.pull import PullConfig
from vaegis.errors import DataError
from vaegis.feature_store.pull import pull
from vaegis.project.open import open_source
from vaegis.project.write import project_files


@pytest.fixture(scope="module")
def opened(drivers):
    return open_source(drivers, "drivers")


def test_the_repository_stays_as_it_is(drivers, drivers_contents, opened):
    assert drivers_contents() == drivers_contents.before
    assert opened.folder == drivers


def test_what_cannot_be_pulled_is_left_out_with_a_reason(opened):
    assert opened.overlay.left_out["driver_hourly_stats:driver_metadata"] == "type Map"
    assert opened.overlay.left_out["transformed_conv_rate"].startswith("it needs val_to_add")
    notes = " ".join(opened.survey().inference.notes)
    assert "left out: transformed_conv_rate" in notes
    assert "other services: driver_activity_v1, driver_activity_v3" in notes


def test_everything_the_tags_do_not_say_is_guessed(opened):
    survey = opened.survey()
    contract = json.loads(survey.definitions["contract.json"])
    assert contract["columns"]["avg_daily_trips"]["kind"] in ("numeric", "count")
    assert contract["views"] == {"driver_hourly_stats": {"cadence_seconds": "3600"}}
    assert survey.source_state["folders"] == [str(opened.folder / "data/driver_stats.parquet")]
    assert survey.pull == {"repository": str(opened.folder)}
    assert not survey.is_own


def test_the_project_pulls_what_was_surveyed(opened, drivers_contents, tmp_path, monkeypatch):
    survey = opened.survey()
    files = project_files(survey)
    assert "feature_repo/features.py" not in files
    (tmp_path / "feature_repo").mkdir()
    (tmp_path / paths.OVERLAY).write_text(files["feature_repo/contract.json"])
    monkeypatch.chdir(tmp_path)
    config = PullConfig(repository=str(opened.folder), service=survey.blueprint.service)
    pulled = pull(Path("feature_repo"), config)
    assert pulled.schema == survey.blueprint.schema
    assert pulled.rows.num_rows == len(survey.frame)
    assert drivers_contents() == drivers_contents.before
    assert (tmp_path / "data/feast/registry.db").is_file()


def test_names_of_rows_are_the_repositorys_own(opened):
    with pytest.raises(DataError, match=r"says itself what names its rows; allowed: driver_id and event_timestamp"):
        opened.survey(keys=["conv_rate"])


def test_a_label_of_three_values_needs_a_view_in_the_repository(opened):
    classes = opened.frame.assign(avg_daily_trips=opened.frame["avg_daily_trips"] % 3)
    survey = replace(opened, frame=classes).survey(label="avg_daily_trips")
    assert survey.blueprint.schema.labels == ()
    assert any("not 0 and 1" in note for note in survey.inference.notes)


def test_a_service_that_is_not_there_is_one_line(drivers):
    with pytest.raises(DataError, match="feature service 'x' is unknown; allowed: driver_activity_v1, driver_"):
        open_source(drivers, "drivers", "x")
