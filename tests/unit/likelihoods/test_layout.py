import json

from vaegis.likelihoods import Layout

LAYOUT = Layout(("gaussian", "other"), ("categorical",), (4,))


def test_groups_count_numeric_columns_first():
    assert LAYOUT.group("gaussian") == (0,)
    assert LAYOUT.group("other") == (1,)
    assert LAYOUT.group("categorical") == (2,)
    assert LAYOUT.group("absent") == ()


def test_json_is_exact():
    assert Layout.from_json(json.loads(json.dumps(LAYOUT.to_json()))) == LAYOUT
