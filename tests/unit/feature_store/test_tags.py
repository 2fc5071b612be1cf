"""Where the tags of a column stand, written and read."""

from types import SimpleNamespace

import pytest

from vaegis.feature_store.tags import column_tags, view_tags

FIELDS = [
    SimpleNamespace(name="share", description="of the rated load", tags={"unit": "1", "max": "1"}),
    SimpleNamespace(name="share_of", description="", tags={}),
]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_view_gives_back_what_its_columns_bore(field):
    view = SimpleNamespace(tags=view_tags(FIELDS, derived_by="derive.py:derive"))
    assert view.tags["derived_by"] == "derive.py:derive"
    assert column_tags(field, view) == field.tags | {"description": field.description}


def test_a_stored_column_bears_its_own():
    assert column_tags(FIELDS[0]) == {"unit": "1", "max": "1"}
