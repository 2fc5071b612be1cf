import pytest

from vaegis.evaluation.estimate import Estimate

NAN = float("nan")


def test_a_number_without_end_is_no_number_but_a_reason():
    assert Estimate.of(NAN, 3, otherwise="the column is constant") == Estimate.absent("the column is constant", 3)
    assert "comes out as inf" in Estimate.of(float("inf"), 3).reason


def test_an_interval_that_cannot_be_had_is_left_out():
    assert Estimate.of(1.0, 5, None) == Estimate.of(1.0, 5, (NAN, 2.0)) == Estimate(1.0, rows=5)
    assert Estimate.of(1.0, 5, (0.5, 2.0)) == Estimate(1.0, 0.5, 2.0, 5)


@pytest.mark.parametrize(
    "fields",
    [(NAN,), (1.0, NAN, 2.0), (1.0, 0.5), (None, 0.1, 0.2, 3, "why"), (None,), (1.0, None, None, 3, "why")],
)
def test_what_says_two_things_or_nothing_is_refused(fields):
    with pytest.raises(ValueError, match="Estimate"):
        Estimate(*fields)


def test_what_a_reader_is_told():
    assert Estimate(0.51234, 0.4, 0.6, 9).text("nats") == "0.5123 [0.4, 0.6] nats"
    assert Estimate(2.0).text() == "2"
    assert Estimate.absent("there is one row").text("nats") == "not computable, because there is one row"
