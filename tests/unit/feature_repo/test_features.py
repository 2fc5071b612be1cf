"""The contract of the wind farm as Feast registers it."""

import json
import shutil
from pathlib import Path

import pytest

from vaegis.feature_store.repository import apply, find_service, open_store
from vaegis.feature_store.schema import table_schema
from vaegis.feature_store.spine import find_spine

FOLDER = Path(__file__).parents[3] / "feature_repo"


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    copy = tmp_path_factory.mktemp("project") / "feature_repo"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    apply(copy)
    store = open_store(copy)
    service = find_service(store, "turbine_health_v1")
    return table_schema(store, service, find_spine(store, service))


def test_every_column_says_what_it_is(schema):
    for column in schema.columns:
        assert column.kind, column.name
        if column.role not in ("key", "time") and column.kind != "identifier":
            assert column.description, column.name
        if column.kind in ("numeric", "angle"):
            assert column.minimum is not None, column.name
            assert column.maximum is not None, column.name


def test_features_are_never_made_of_labels_or_their_sources(schema):
    features = {column.name for column in schema.features}
    assert {column.name for column in schema.labels} == {"loss_event", "stopped_in_wind"}
    assert not features & {"availability_loss_kwh", "curtailment_loss_kwh", "turbine_id", "site_id"}
    assert len(features) == 19
    assert schema.column("loss_event").level == ("event_timestamp",)


def test_what_is_derived_is_named(schema):
    assert schema.derived_by == "derive.py:derive"
    assert set(schema.derived) == {column.name for column in schema.columns if column.view == "turbine_derived"}


def test_reference_curves_name_columns(schema):
    for reference in json.loads((FOLDER / "references.json").read_text()):
        assert {reference["x"], reference["y"]} <= set(schema.names)
        assert reference["bin_width"] > 0
