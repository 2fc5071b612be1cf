import pytest

from vaegis.simulation.question import read_query

STATES = {
    "population": {"kind": ["population"], "hold": ["unit=b", "x=1.25"], "shift": ["w=-0.5"], "rows": ["20"]},
    "sweep": {"kind": ["sweep"], "sweep": ["x=-2:2:5", "unit=all"], "hold": ["w=9"], "rows": ["10"], "seed": ["4"]},
    "row": {"kind": ["row"], "row": ["7"], "hold": ["unit=a"], "free": ["y", "w"], "rows": ["10"]},
    "latents": {"kind": ["walk"], "walk": ["z_1", "z_0"]},
    "rows": {"kind": ["walk"], "walk": ["3", "17"]},
    "stress": {"kind": ["stress"], "stress": ["0.05"], "rows": ["10"]},
}


def address(page):
    """Return the address as lists: one value comes back bare."""
    told = {name: page.query_params[name] for name in page.query_params}
    return {name: [words] if isinstance(words, str) else words for name, words in told.items()}


@pytest.mark.parametrize("query", STATES.values(), ids=STATES)
def test_a_link_opens_what_it_was_made_of(opened, query):
    page = opened(**query)
    assert [item.value for item in (*page.exception, *page.error)] == []
    assert read_query(address(page)) == read_query(query)


def test_the_address_follows_the_controls(opened):
    page = opened()
    assert address(page) == {"kind": ["population"]}
    page.sidebar.multiselect(key="hold").set_value(["unit"]).run()
    assert address(page) == {"kind": ["population"], "hold": ["unit=a"]}
    page.sidebar.selectbox(key="kind").set_value("stress").run()
    assert address(page) == {"kind": ["stress"], "stress": ["0.01"]}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"shift": ["x=99"]}, "the page cannot shift 'x' by 99; allowed: up to "),
        ({"shift": ["unit=1"]}, "the page cannot shift 'unit' by 1; allowed: a number"),
        ({"kind": "sweep", "sweep": ["x=1,2,3"]}, "sweep of 'x' is '1,2,3'; allowed: LOW:HIGH[:STEPS]"),
        ({"kind": "sweep", "sweep": ["unit=a,b"]}, "the page cannot show this sweep"),
        ({"kind": "sweep", "sweep": ["x=0:1:3", "w=8:9:3"]}, "the page cannot show this sweep"),
    ],
)
def test_what_the_controls_cannot_show_is_said(opened, query, says):
    page = opened(**query)
    assert [item.value for item in page.exception] == []
    assert page.error[0].value.replace("\\", "").startswith(says)
