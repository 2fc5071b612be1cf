import json

from vaegis.likelihoods import CONDITION, ColumnFacts, Layout

LAYOUT = Layout(("gaussian", "other"), ("categorical",), (4,))


def test_groups_count_numeric_columns_first():
    assert LAYOUT.group("gaussian") == (0,)
    assert LAYOUT.group("other") == (1,)
    assert LAYOUT.group("categorical") == (2,)
    assert LAYOUT.group("absent") == ()


def test_json_is_exact():
    assert Layout.from_json(json.loads(json.dumps(LAYOUT.to_json()))) == LAYOUT


def test_what_is_plain_is_not_written_and_old_layouts_are_read():
    assert set(LAYOUT.to_json()) == {"numeric", "discrete", "num_levels"}
    assert LAYOUT.facts(1) == ColumnFacts()
    assert LAYOUT.facts(2) == ColumnFacts(num_levels=4)
    assert LAYOUT.conditions == ()


def test_facts_and_conditions_are_kept():
    facts = (ColumnFacts(points=(0.5,)), ColumnFacts(cycles=((1.0, 0.25),), wraps=True))
    layout = Layout(("spike", CONDITION), (CONDITION,), (3,), facts)
    again = Layout.from_json(json.loads(json.dumps(layout.to_json())))
    assert again == layout
    assert again.facts(0).points == (0.5,)
    assert again.conditions == (1, 2)
