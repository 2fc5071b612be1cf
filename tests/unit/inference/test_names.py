import pytest

from vaegis.inference import names


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Sepal.Length (cm)", ("sepal", "length", "cm")),
        ("sepalLengthCm", ("sepal", "length", "cm")),
        ("OrderID", ("order", "id")),
        ("NO2_ppb", ("no", "2", "ppb")),
        ("humidity %", ("humidity", "%")),
        ("", ()),
    ],
)
def test_names_fall_into_words(name, parts):
    assert names.tokens(name) == parts


@pytest.mark.parametrize("name", ["id", "customer_id", "OrderNo", "userid", "nr", "uuid", "serial_number"])
def test_names_that_identify(name):
    assert names.identifies(name)


@pytest.mark.parametrize("name", ["number_of_rooms", "paid", "humid", "station", "idle_time", "width"])
def test_names_that_do_not(name):
    assert not names.identifies(name)


@pytest.mark.parametrize("name", ["num_visits", "n_items", "quantity", "rooms", "engines", "Population"])
def test_names_that_count(name):
    assert names.counts(name)


@pytest.mark.parametrize("name", ["order_num", "class", "status", "axis", "gas", "hours", "series", "colour"])
def test_names_that_do_not_count(name):
    assert not names.counts(name)


@pytest.mark.parametrize(("name", "word"), [("zip", "zip"), ("politycode", "politycode"), ("area_code", "code")])
def test_names_that_encode(name, word):
    assert names.encodes(name) == word
