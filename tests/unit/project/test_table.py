"""A file as source: what is surveyed is what ingest will write."""

import json

import pandas as pd
import pytest

from vaegis.data.sources.ingest_file import ingest_file
from vaegis.errors import DataError
from vaegis.project.table import open_table


def test_ingest_writes_the_rows_that_were_surveyed(tmp_path, jobs):
    repo = tmp_path / "feature_repo"
    repo.mkdir()
    (repo / "source.json").write_text(jobs.definitions["source.json"])
    ingest_file(jobs.ingest["path"], repo, tmp_path / "store", tmp_path / "store/receipt.json")
    stored = pd.read_parquet(tmp_path / "store/jobs.parquet")
    pd.testing.assert_frame_equal(stored, jobs.frame)


def test_a_leak_of_the_label_is_not_modelled(jobs):
    guess = jobs.inference.guess("refund_eur")
    assert guess.column.role == "context"
    assert "label" in guess.reason


def test_rows_without_name_and_time_get_both(parts):
    assert parts.inference.time == ""
    assert {"row", "event_timestamp"} == set(parts.frame) - {guess.column.name for guess in parts.inference.guesses}
    assert parts.split == {"by": "entity"}


def test_what_is_asked_for_is_taken(jobs_csv):
    opened = open_table(jobs_csv, "jobs")
    found = opened.survey(time="started", keys=["machine"], label="")
    assert found.blueprint.raw.keys == ["machine"]
    assert found.inference.label == ""
    with pytest.raises(DataError, match="no column 'nowhere'"):
        opened.survey(time="nowhere")


def test_how_the_file_is_read_is_told_first(jobs):
    assert jobs.inference.notes[0].startswith("started: stamps without a time zone")
    assert json.loads(jobs.definitions["source.json"])["format"]["separator"] == ","
