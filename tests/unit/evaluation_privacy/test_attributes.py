import numpy as np
import pytest

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.privacy.attributes import attribute_risk, secrets


def test_what_follows_from_the_population_is_no_leak_and_copies_are(perfect, copying):
    fair, table = attribute_risk(perfect)
    assert table["members"].max() > 0.7  # the group follows from the rest
    assert fair.low <= 0.0 + 0.02
    assert fair.high < 0.1
    assert attribute_risk(copying)[0].low > 0.2


def test_secrets_vary_and_leave_something_to_know_them_by():
    frame = rows(100, 0)
    assert [column.name for column in secrets(frame, COLUMNS)] == ["a", "b", "group", "side"]
    assert secrets(frame.assign(b=1.0, c=1.0, group="x", side="y"), COLUMNS) == []


def test_nothing_to_know_a_secret_by_has_a_reason(material_of):
    from dataclasses import replace

    material = replace(material_of(rows(100, 0)), columns=COLUMNS[:1], found={})
    with pytest.raises(NotComputable, match="it takes two columns that vary"):
        attribute_risk(material)


def test_a_missing_cell_is_told_by_a_missing_cell(material_of):
    from dataclasses import replace

    material = material_of(rows(300, 2))
    gone = {name: getattr(material, name).assign(a=np.nan) for name in ("made", "holdout")}
    half = material.train.assign(a=material.train["a"].where(material.train["b"] > 0))
    _, table = attribute_risk(replace(material, train=half, found={}, **gone))
    row = table.set_index("column").loc["a"]
    assert row["fresh"] == 1.0
    assert row["members"] == pytest.approx(half["a"].isna().mean(), abs=0.03)
