"""The contract, read from field definitions and tags."""

import pytest

from vaegis.errors import DataError
from vaegis.feature_store.repository import apply, find_service, open_store
from vaegis.feature_store.schema import table_schema
from vaegis.feature_store.spine import find_spine


def contract(small):
    apply(small.folder)
    store = open_store(small.folder)
    service = find_service(store, "machines_v1")
    return table_schema(store, service, find_spine(store, service))


def test_keys_time_and_columns_in_order(small):
    schema = contract(small)
    assert schema.names == ["machine_id", "event_timestamp", "hall_id", "kw", "mode", "temp_c", "year", "hour", "hot"]
    assert schema.keys == ["machine_id"]
    assert schema.time == "event_timestamp"
    assert schema.column("hall_id").role == "context"
    assert schema.column("machine_id").description == "one machine"
    assert schema.cadence_seconds == 3600.0
    assert (schema.derived_by, schema.derived) == ("features.py:derived", ("hour", "hot"))


def test_an_entity_may_allow_rows_that_do_not_name_it(small):
    small.change('join_keys=["hall_id"],', 'join_keys=["hall_id"], tags={"max_missing": "0.1"},')
    assert contract(small).column("hall_id").max_missing == 0.1
    assert contract(small).column("machine_id").max_missing == 0.0


def test_tags_become_the_column(small):
    schema = contract(small)
    kw = schema.column("kw")
    assert (kw.unit, kw.minimum, kw.maximum, kw.max_missing, kw.description) == ("kW", 0.0, None, 0.5, "power")
    assert (kw.dtype, kw.kind, kw.role, kw.view) == ("float64", "numeric", "feature", "load")
    assert (schema.column("mode").dtype, schema.column("mode").kind) == ("string", "category")
    assert (schema.column("year").dtype, schema.column("year").role) == ("int64", "context")


def test_tags_may_name_likelihood_transform_and_order(small):
    small.change('"unit": "kW"', '"unit": "kW", "likelihood": "student_t", "transform": "quantile"')
    kw = contract(small).column("kw")
    assert (kw.likelihood, kw.transform) == ("student_t", "quantile")
    small.change('{"role": "context"}', '{"role": "condition", "kind": "ordinal", "order": "2001, 2002"}')
    year = contract(small).column("year")
    assert (year.role, year.kind, year.order) == ("condition", "ordinal", ("2001", "2002"))


def test_tags_of_an_on_demand_column_stand_on_its_view(small):
    hot = contract(small).column("hot")
    assert (hot.kind, hot.role, hot.level) == ("binary", "label", ("event_timestamp", "hall_id"))
    assert hot.description == "warmer than 30"


def test_the_digest_changes_with_a_tag_only(small):
    first = contract(small).digest
    assert contract(small).digest == first
    small.change('"max": "50"', '"max": "60"')
    assert contract(small).digest != first


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"max": "50"', '"max": "hot"', "column temp_c: tag max is 'hot'; allowed: a number"),
        ('"unit": "kW"', '"unit": "kW", "kind": "power"', "column kw: kind is 'power'; allowed: numeric"),
        ('{"role": "context"}', '{"role": "feture"}', "column year: role is 'feture'"),
        ('"cadence_seconds": "3600"', '"cadence_seconds": "hourly"', "view load: tag cadence_seconds is 'hourly'"),
        ('"spine": "true", ', "", "machines_v1: 0 views bear the tag spine; allowed: one of load, climate, assets"),
    ],
)
def test_bad_tags_are_one_line(small, old, new, message):
    small.change(old, new)
    with pytest.raises(DataError, match=message):
        contract(small)
