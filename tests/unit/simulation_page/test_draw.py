import pytest

from vaegis.simulation.studio import Studio


def said(page):
    """Return how many charts a page has, its errors, and the command it shows."""
    assert [item.value for item in page.exception] == []
    (*_, command) = [item.value for item in page.code] or [""]
    return len(page.get("vega_lite_chart")), [item.value for item in page.error], command


@pytest.mark.parametrize(
    ("query", "charts", "command"),
    [
        ({}, 4, "vaegis simulate --rows 500"),
        ({"hold": ["unit=a", "x=1"]}, 2, "--hold unit=a --hold x=1 --rows 500"),
        ({"kind": "sweep", "sweep": ["x=-1:1:3"], "rows": "20"}, 3, "--sweep x=-1:1:3 --rows 20"),
        ({"kind": "sweep", "sweep": ["x=-1:1:3", "unit=all"], "rows": "20"}, 2, "--sweep x=-1:1:3 --sweep unit=all"),
        ({"kind": "sweep", "sweep": ["unit=all"], "rows": "20"}, 3, "--sweep unit=all --rows 20"),
        ({"kind": "row", "row": "3", "hold": ["x=1"], "free": ["y", "unit"]}, 2, "--row 3 --free y --free unit"),
        ({"kind": "row", "row": "3", "sweep": ["x=-1:1:3"], "free": ["y"]}, 1, "--sweep x=-1:1:3 --row 3"),
        ({"kind": "walk", "walk": ["z_0", "z_1"]}, 4, "--walk z_0 --walk z_1"),
        ({"kind": "walk", "walk": ["3", "17"]}, 4, "--walk 3 --walk 17"),
        ({"kind": "stress", "stress": "0.1", "rows": "20"}, 4, "--stress 0.1 --rows 20"),
    ],
)
def test_each_kind_has_its_figures_and_its_command(opened, query, charts, command):
    page = opened(**query)
    drawn, errors, shown = said(page)
    assert (drawn, errors) == (charts, [])
    assert command in shown
    assert shown.endswith("--seed 0 --model models/x")
    assert page.query_params["kind"] == query.get("kind", "population")
    assert page.metric[0].label == "synthetic rows"


@pytest.mark.parametrize("kind", ["population", "sweep", "row", "walk", "stress"])
def test_each_kind_draws_something_of_itself(opened, kind):
    page = opened()
    page.sidebar.selectbox(key="kind").set_value(kind)
    drawn, errors, _ = said(page.run())
    assert errors == []
    assert drawn >= 1


def test_one_edge_of_a_stress_set(opened):
    page = opened(kind="stress", stress="0.1", rows="20")
    assert page.selectbox(key="edge").options[:3] == ["all edges", "x low", "x high"]
    page.selectbox(key="edge").set_value("x low").run()
    assert said(page)[:2] == (4, [])
    assert "x low" in page.get("html")[-1].proto.body


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"hold": ["x=99"]}, "column 'x': 99; allowed: "),
        ({"kind": "dance"}, "kind is 'dance'; allowed: population, sweep, row, walk, stress"),
        ({"rows": "9999"}, "9,999 rows; allowed: 2,000 on the page"),
        ({"kind": "row", "row": "999", "free": ["y"]}, "there is no row '999'"),
        ({"hold": ["*<b>=1"]}, "there is no column '*<b>'"),
    ],
)
def test_a_mistake_in_the_address_is_one_line(opened, query, says):
    page = opened(**query)
    (error, *_) = said(page)[1]
    assert error.replace("\\", "").startswith(says)
    assert "\n" not in error


def test_a_mistake_of_the_controls_is_one_line_and_mended_by_them(opened):
    page = opened(kind="row", row="3", free=["y"], hold=["x=1"])
    page.sidebar.multiselect(key="free").set_value(["y", "x"]).run()
    assert [error.replace("\\", "") for error in said(page)[1]] == [
        "column 'x' is set twice; allowed: one of hold, shift, sweep, free; change: the scenario"
    ]
    page.sidebar.multiselect(key="free").set_value(["y"]).run()
    assert said(page)[:2] == (1, [])


def test_a_button_keeps_the_rows(opened):
    page = opened(hold=["unit=a"], rows="30")
    (button,) = page.get("download_button")
    assert button.proto.label == "Rows as Parquet"


def test_a_model_without_real_rows(opened, model):
    bare = Studio(model, "models/x", (), None)
    page = opened(bare, kind="row", free=["y"], row="0")
    assert "there are no real rows here" in said(page)[1][0].replace("\\", "")
    page = opened(bare, kind="walk")
    assert page.sidebar.selectbox(key="ways").options == ["Move latents"]
