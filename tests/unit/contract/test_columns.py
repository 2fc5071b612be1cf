import pytest

from vaegis.contract import ColumnSpec
from vaegis.errors import DataError

LEVEL = ColumnSpec(
    name="level_m",
    dtype="float64",
    kind="numeric",
    role="feature",
    unit="m",
    minimum=0.0,
    maximum=12.5,
    max_missing=0.02,
    description="water level",
    view="tank",
)


def test_round_trip():
    label = ColumnSpec(name="leak", dtype="bool", kind="binary", role="label", level=("at",))
    grade = ColumnSpec(name="grade", dtype="string", kind="ordinal", role="condition", order=("low", "high"))
    heavy = ColumnSpec(
        name="tail", dtype="float64", kind="numeric", role="feature", likelihood="student_t", transform="quantile"
    )
    for column in (LEVEL, label, grade, heavy):
        assert ColumnSpec.from_json(column.to_json()) == column


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dtype": "float32"}, "dtype is 'float32'; allowed: float64, int64, string, bool, timestamp"),
        ({"kind": "number"}, "kind is 'number'; allowed: numeric, count, angle"),
        ({"role": "target"}, "role is 'target'; allowed: key, time, feature, condition, context, label"),
        ({"max_missing": 1.5}, "max_missing is 1.5; allowed: 0 to 1"),
        ({"transform": "log"}, "transform is 'log', of kind numeric; allowed: standard, quantile"),
        ({"kind": "angle", "transform": "quantile"}, "transform is 'quantile', of kind angle; allowed: standard"),
        ({"minimum": 2.0, "maximum": 1.0}, r"min 2.0 is above max 1.0; change: the field's tags in feature_repo/"),
    ],
)
def test_impossible_columns_are_refused(change, message):
    with pytest.raises(DataError, match=f"^column level_m: {message}"):
        ColumnSpec.from_json(LEVEL.to_json() | change)


def test_what_few_columns_have_is_written_only_where_they_have_it():
    """The definition hash of tables without it stays what it was."""
    assert not {"likelihood", "transform", "order"} & set(LEVEL.to_json())


def test_unknown_field_is_named():
    with pytest.raises(DataError, match=r"column level_m: unknown field 'units'; allowed: .*unit"):
        ColumnSpec.from_json(LEVEL.to_json() | {"units": "m"})


@pytest.mark.parametrize(
    ("kind", "discrete"),
    [("category", True), ("binary", True), ("ordinal", True), ("numeric", False), ("angle", False)],
)
def test_levels_or_amounts(kind, discrete):
    assert ColumnSpec(name="x", dtype="string", kind=kind, role="feature").is_discrete is discrete


@pytest.mark.parametrize(("role", "read"), [("feature", True), ("condition", True), ("context", False)])
def test_models_read_features_and_conditions(role, read):
    assert ColumnSpec(name="x", dtype="string", kind="category", role=role).is_input is read
