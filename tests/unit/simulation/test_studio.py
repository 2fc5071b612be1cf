import dataclasses
import html
import json
import re
import shlex
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

from vaegis.cli.app import app
from vaegis.errors import ConfigError, DataError
from vaegis.simulation.studio import BINS, MAX_ROWS, Studio, make_app


@pytest.fixture(scope="module")
def studio(model, rows):
    return Studio(model, "models/x", (), rows)


def test_the_page_is_told_what_can_be_set(studio, model):
    unit, x, *_ = studio.about["columns"]
    assert (unit["name"], unit["levels"]) == ("unit", ["a", "b"])
    assert x["low"] <= x["shown"][0] < x["middle"] < x["shown"][1] <= x["high"]
    assert len(x["usual"]) == BINS
    assert sum(x["usual"]) == pytest.approx(1.0)
    assert sum(unit["usual"]) == pytest.approx(1.0)
    assert studio.about["first"] == ("0" if model.schema.time not in studio.row("0") else studio.about["first"])


def test_a_scenario_comes_back_with_how_its_values_lie(studio):
    made = studio.run({"rows": 60, "hold": {"unit": "a"}})
    assert (made["rows"], len(made["lying"])) == (60, 1)
    assert made["lying"][0]["unit"] == [1.0, 0.0]
    assert sum(made["lying"][0]["y"]) == pytest.approx(1.0)
    assert json.dumps(made)
    swept = studio.run({"rows": 10, "sweep": {"x": "-1:1:3"}})
    assert (len(swept["steps"]), swept["lying"]) == (3, [])


def test_a_real_row_beside_itself(studio, rows):
    assert studio.row("3") == rows.iloc[3].to_dict()
    made = studio.run({"rows": 20, "row": "3", "hold": {"x": 1.0}, "free": ["y"]})
    assert made["observed"] == {"y": rows["y"].iloc[3]}
    assert len(made["lying"]) == 2
    with pytest.raises(DataError, match="there is no row '999'"):
        studio.row("999")


def test_the_command_it_shows_asks_for_the_same(studio, model, rows, tmp_path, monkeypatch):
    asked = {"rows": 20, "row": "3", "hold": {"x": 1.0}, "free": ["y"]}
    command = shlex.split(studio.run(asked)["command"])
    model.save(tmp_path / "bundle")
    rows.to_parquet(tmp_path / "rows.parquet")
    monkeypatch.chdir(tmp_path)
    more = ["--model", "bundle", "--source", "rows.parquet", "--json"]
    told = json.loads(CliRunner().invoke(app, [*command[1:], *more]).stdout)
    assert told["bands"] == studio.run(asked)["bands"]


@pytest.mark.parametrize(
    "asked", [{"rows": MAX_ROWS + 1}, {"walk": ["z_0"]}, {"stress": 0.1}, {"sweep": {"x": "0:1:99"}}, {"speed": 1}, []]
)
def test_what_the_page_does_not_show_is_refused(studio, asked):
    with pytest.raises(ConfigError):
        studio.run(asked)


def test_no_real_rows_and_no_generator(model):
    with pytest.raises(ConfigError, match="this model has no generator"):
        Studio(dataclasses.replace(model, generator=None), "models/x", (), None)
    bare = Studio(model, "models/x", (), None)
    assert (bare.about["has_rows"], bare.about["first"]) == (False, "")
    with pytest.raises(ConfigError, match="there are no real rows here"):
        bare.row("0")


def test_mistakes_are_answered_in_one_line_and_other_sites_not_at_all(studio, serve):
    client = serve(make_app(studio))
    assert client.ask("/simulate", {"rows": 0})[0::2] == (
        422,
        {"error": "0 rows; allowed: at least 1; change: the scenario: rows"},
    )
    assert client.ask("/simulate", b"{")[0] == 400
    assert client.ask("/simulate", b'"' + b"x" * 70_000 + b'"')[0] == 400
    assert client.ask("/simulate", {"rows": 5}, kind="text/plain")[2]["error"].startswith("the body is no application")
    assert client.ask("/row?name=3")[2]["unit"] in ("a", "b")
    assert client.ask("/row?name=999")[0] == 422
    client.connection.request("GET", "/about", headers={"host": "evil.example"})
    refused = client.connection.getresponse()
    assert (refused.status, refused.read()) == (400, b"Invalid host header")
    client.close()


STATES = {
    "population": {"set": {"unit": "a", "x": 1}},
    "sweep": {"along": "x", "set": {"unit": "b"}},
    "row": {"real": True, "row": "3", "set": {"x": 1}, "free": {"y": True}},
}


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_browser_shows_it(studio, serve, browse, state):
    client = serve(make_app(studio))
    address = f"http://127.0.0.1:{client.port}/#{quote(json.dumps(state))}"
    page = browse(address, milliseconds=15_000)
    said = html.unescape(re.search(r'<p id="said".*?>(.*?)</p>', page).group(1))
    assert "of those drawn pass the hard rules" in said
    shown = set(re.findall(r"<figcaption><b>(\w+)</b>", page))
    assert shown == ({"y"} if state.get("real") else {"unit", "x", "y", "w"} - {*state["set"], state.get("along")})
    assert page.count("<rect") + page.count("<polygon") >= len(shown)
    assert "vaegis simulate" in page
