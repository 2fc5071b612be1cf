import pytest

from vaegis.contract import ColumnSpec
from vaegis.data.modelled import require_modelled
from vaegis.errors import DataError


def spec(kind: str, dtype: str, **more) -> ColumnSpec:
    return ColumnSpec(name="serial", dtype=dtype, kind=kind, role="feature", **more)


@pytest.mark.parametrize(
    ("kind", "dtype"), [("numeric", "float64"), ("count", "int64"), ("time", "timestamp"), ("category", "string")]
)
def test_amounts_times_and_levels_are_modelled(kind, dtype):
    assert require_modelled([spec(kind, dtype)]) is None


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [("text", "string"), ("identifier", "int64"), ("time", "float64"), ("numeric", "string"), ("binary", "timestamp")],
)
def test_others_are_named(kind, dtype):
    with pytest.raises(DataError, match=f"feature 'serial' is of kind {kind} and dtype {dtype}"):
        require_modelled([spec("numeric", "float64"), spec(kind, dtype)])


def test_words_in_order_need_their_order():
    require_modelled([spec("ordinal", "string", order=("low", "high"))])
    with pytest.raises(DataError, match="'serial' is of words, whose order nobody has said"):
        require_modelled([spec("ordinal", "string")])
