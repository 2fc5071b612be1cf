"""Source laid out as the formatter would."""

import pytest

from vaegis.project.layout import call, listing, mapping, name_of, pretty, quoted


@pytest.mark.parametrize(
    ("text", "name"),
    [("Pump ID", "pump_id"), ("--a..b", "a_b"), ("2024 data", "t_2024_data"), ("größe", "gr_e"), ("日本", "t")],
)
def test_names_are_pythons(text, name):
    assert name_of(text) == name
    assert name.isidentifier()


def test_text_is_quoted_so_that_python_reads_it_back():
    text = 'say "hi"\\ now\n'
    assert eval(quoted(text)) == text  # noqa: S307 - a literal of our own


def test_what_fits_stands_on_one_line():
    assert call("f", ["a=1", "b=2"]) == "f(a=1, b=2)"
    assert listing("x = ", ['"a"'], tail=":") == 'x = ["a"]:'
    assert mapping("tags=", {"unit": "kW"}, 2) == 'tags={"unit": "kW"}'


def test_what_does_not_fit_stands_one_item_a_line():
    made = call("f", ["a" * 40, "b" * 50], 1)
    assert made == f"f(\n        {'a' * 40},\n        {'b' * 50},\n    )"


def test_json_keeps_its_order():
    assert pretty({"b": 1, "a": "é"}) == '{\n  "b": 1,\n  "a": "é"\n}\n'
