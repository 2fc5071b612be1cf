import pytest

from vaegis.simulation.page.sidebar import plain


def command(page):
    assert [item.value for item in (*page.exception, *page.error)] == []
    return page.code[-1].value


def test_what_is_held_gets_a_control_in_the_range_that_training_saw(opened, studio):
    page = opened()
    page.sidebar.multiselect(key="hold").set_value(["unit", "x"]).run()
    slider, control = page.sidebar.slider(key="hold x"), studio.controls["x"]
    assert (slider.min, slider.max, slider.value) == (control.low, control.high, control.middle)
    assert page.sidebar.selectbox(key="hold unit").options == ["a", "b"]
    slider.set_value(1.25)
    page.sidebar.selectbox(key="hold unit").set_value("b")
    assert "--hold unit=b --hold x=1.25" in command(page.run())


def test_what_is_shifted_moves_half_the_range_either_way(opened, studio):
    page = opened()
    page.sidebar.multiselect(key="shift").set_value(["x"]).run()
    slider = page.sidebar.slider(key="shift x")
    assert -slider.min == slider.max == pytest.approx(studio.controls["x"].reach)
    assert "unit" not in page.sidebar.multiselect(key="shift").options
    assert "--shift x=-2.0" in command(slider.set_value(-2.0).run())


def test_a_sweep_has_ends_and_steps_or_levels(opened):
    page = opened(kind="sweep", rows="10")
    page.sidebar.slider(key="ends x").set_range(-2.0, 3.0)
    page.sidebar.number_input(key="steps").set_value(4)
    assert "--sweep x=-2:3:4 --rows 10" in command(page.run())
    page.sidebar.selectbox(key="by").set_value("unit")
    assert "--sweep x=-2:3:4 --sweep unit=all" in command(page.run())
    page.sidebar.selectbox(key="along sweep").set_value("unit")
    assert "--sweep unit=all --rows 10" in command(page.run())


def test_a_real_row_begins_with_its_own_values(opened, studio):
    page = opened(kind="row", row="3", free=["y"], rows="10")
    page.sidebar.multiselect(key="hold").set_value(["x"]).run()
    assert page.sidebar.slider(key="hold x").value == studio.row("3")["x"]
    page.sidebar.text_input(key="row").set_value("4")
    assert "--row 4 --free y --rows 10" in command(page.run())


def test_a_walk_between_two_rows(opened):
    page = opened(kind="walk")
    page.sidebar.selectbox(key="ways").set_value("rows").run()
    assert "--walk 0 --walk 299" in command(page)
    page.sidebar.selectbox(key="ways").set_value("latents").run()
    page.sidebar.multiselect(key="latents").set_value(["z_1"])
    assert "--walk z_1" in command(page.run())


def test_a_share_in_per_cent(opened):
    page = opened(kind="stress", stress="0.1", rows="10")
    assert page.sidebar.number_input(key="share").value == pytest.approx(10.0)
    assert "--stress 0.07 " in command(page.sidebar.number_input(key="share").set_value(7.0).run())


def test_markdown_is_shown_as_it_is():
    assert plain("wind_ms (m/s)") == "wind\\_ms \\(m\\/s\\)"
    assert plain("$x$ :red[no] **b** <i>") == "\\$x\\$ \\:red\\[no\\] \\*\\*b\\*\\* \\<i\\>"
