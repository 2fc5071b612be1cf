"""What a service offers: its own tags, what they mean here, which view makes the rows."""

from types import SimpleNamespace

import pytest

from vaegis.errors import DataError
from vaegis.feature_store.repository import apply, open_store
from vaegis.project.service import choose_service, first_overlay, own_tags, told_tags

DEFINITIONS = """
from datetime import timedelta
from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.types import Array, Float64, Int64

driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
city = Entity(name="city", join_keys=["city_id"], value_type=ValueType.INT64)
source = FileSource(name="rows", path="rows.parquet", timestamp_field="event_timestamp")
towns = FeatureView(name="towns", entities=[city], source=source, schema=[
    Field(name="people", dtype=Int64, tags={"kind": "crowd", "role": "context", "owner": "ann", "min": "few"}),
])
trips = FeatureView(name="trips", entities=[driver, city], source=source, schema=[
    Field(name="km", dtype=Float64, tags={"unit": "km", "min": "0"}), Field(name="path", dtype=Array(Float64)),
])
lists = FeatureView(name="lists", entities=[city], source=source, schema=[Field(name="path", dtype=Array(Float64))])
both = FeatureService(name="both", features=[towns, trips])
less = FeatureService(name="less", features=[towns])
none = FeatureService(name="none", features=[lists])
"""
YAML = "project: small\nregistry: registry.db\nprovider: local\nentity_key_serialization_version: 3\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    import pandas as pd

    folder = tmp_path_factory.mktemp("small")
    row = {"driver_id": 1, "city_id": 2, "people": 3, "km": 1.5, "path": [1.0], "event_timestamp": pd.Timestamp(0)}
    pd.DataFrame([row]).to_parquet(folder / "rows.parquet")
    (folder / "definitions.py").write_text(DEFINITIONS)
    (folder / "feature_store.yaml").write_text(YAML)
    apply(folder, folder / "state")
    return open_store(folder, folder / "state")


def test_the_service_that_offers_most_is_chosen(store):
    service, others = choose_service(store, "")
    assert (service.name, others) == ("both", ("less", "none"))
    assert choose_service(store, "less")[0].name == "less"


def test_no_service_at_all_is_one_line():
    with pytest.raises(DataError, match="defines no feature service; allowed: at least one FeatureService"):
        choose_service(SimpleNamespace(list_feature_services=list), "")


def test_the_view_with_most_entities_makes_the_rows(store):
    overlay = first_overlay(store, choose_service(store, "both")[0])
    assert overlay.views == {"trips": {"spine": "true"}}
    assert set(overlay.left_out) == {"trips:path"}
    assert first_overlay(store, choose_service(store, "less")[0]).views == {}


def test_a_service_of_nothing_that_can_be_pulled_is_refused(store):
    service = choose_service(store, "none")[0]
    overlay = first_overlay(store, service)
    assert set(overlay.left_out) == {"lists:path"}


def test_tags_of_another_vocabulary_are_taken_away(store):
    service = choose_service(store, "both")[0]
    assert first_overlay(store, service).columns == {"people": {"kind": "", "min": ""}}
    assert told_tags(store, service) == {"people": {"role": "context"}, "km": {"unit": "km", "min": "0"}, "path": {}}


def test_tags_of_derived_columns_stand_on_their_view():
    view = SimpleNamespace(tags={"share.unit": "1", "share.owner": "ann", "other.unit": "kW"})
    assert own_tags({"made": view}, "made", SimpleNamespace(name="share")) == {"unit": "1"}
