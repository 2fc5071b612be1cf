"""Ingest: once, whole, and without undoing corrections."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from vaegis.data.sources import SOURCES
from vaegis.data.sources.ingest import ingest
from vaegis.errors import ArtifactError


@pytest.fixture
def source(index):
    return replace(SOURCES["la_haute_borne"], artifact=index.artifact)


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store"


TABLES = ["site_losses", "site_weather", "turbine_scada", "turbine_static"]


def test_it_writes_every_table_and_says_so(source, store):
    record = ingest(source, store, store / "receipt.json")
    assert sorted(file.stem for file in store.glob("*.parquet")) == TABLES
    assert record["tables"]["turbine_scada"] == {"rows": 4}
    assert record["artifact"]["sha256"] == source.artifact.sha256
    assert len(pd.read_parquet(store / "turbine_scada.parquet")) == 4


def test_a_second_run_leaves_corrections_alone_and_needs_no_artifact(source, store, index):
    first = ingest(source, store, store / "receipt.json")
    corrected = store / "turbine_scada.parquet"
    pd.read_parquet(corrected).iloc[:1].to_parquet(corrected)
    index.wheel.unlink()
    index.cached.unlink()
    assert ingest(source, store, store / "receipt.json") == first
    assert len(pd.read_parquet(corrected)) == 1


def test_a_lost_table_comes_back_alone(source, store):
    ingest(source, store, store / "receipt.json")
    corrected = store / "turbine_scada.parquet"
    pd.read_parquet(corrected).iloc[:1].to_parquet(corrected)
    (store / "site_weather.parquet").unlink()
    ingest(source, store, store / "receipt.json")
    assert (store / "site_weather.parquet").is_file()
    assert len(pd.read_parquet(corrected)) == 1


def test_a_newer_revision_writes_anew(source, store):
    ingest(source, store, store / "receipt.json")
    (store / "turbine_scada.parquet").write_bytes(b"old")
    ingest(replace(source, revision=source.revision + 1), store, store / "receipt.json")
    assert len(pd.read_parquet(store / "turbine_scada.parquet")) == 4


def test_a_broken_receipt_counts_as_none(source, store):
    first = ingest(source, store, store / "receipt.json")
    (store / "receipt.json").write_text("{")
    assert ingest(source, store, store / "receipt.json") == first
    assert json.loads((store / "receipt.json").read_text())["record"] == first


def test_the_same_bytes_on_every_run(source, tmp_path):
    for name in ("a", "b"):
        ingest(source, tmp_path / name, tmp_path / name / "receipt.json")
    for table in TABLES:
        first, second = (tmp_path / name / f"{table}.parquet" for name in ("a", "b"))
        assert first.read_bytes() == second.read_bytes()


def test_a_wrong_artifact_writes_nothing(source, store):
    wrong = replace(source, artifact=replace(source.artifact, sha256="f" * 64))
    with pytest.raises(ArtifactError, match="has sha256"):
        ingest(wrong, store, store / "receipt.json")
    assert not store.exists()
