import dataclasses
import json
import shlex
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

import vaegis
from vaegis.cli.app import app
from vaegis.data.plain import plain_rows
from vaegis.errors import ConfigError, DataError
from vaegis.simulation.provenance import read_provenance
from vaegis.simulation.scenario import Scenario
from vaegis.simulation.studio import MAX_ROWS, MAX_STEPS, Studio


@pytest.fixture(scope="module")
def folder(model, rows, tmp_path_factory):
    """Return a folder with the model and the rows."""
    here = tmp_path_factory.mktemp("studio")
    model.save(here / "bundle")
    rows.to_parquet(here / "rows.parquet")
    return here


@pytest.fixture(scope="module")
def studio(folder, rows):
    stored = vaegis.load(str(folder / "bundle"))
    return Studio(stored, "bundle", (), rows, ("--model", "bundle", "--source", "rows.parquet"))


ASKED = {
    "population": {"rows": 20, "hold": {"unit": "a"}, "shift": {"x": 0.5}},
    "sweep": {"rows": 20, "sweep": {"x": "-1:1:3", "unit": "all"}, "hold": {"w": "9.5"}},
    "row": {"rows": 20, "row": "3", "hold": {"x": "1"}, "free": ["y"]},
    "latents": {"walk": ["z_0", "z_1"]},
    "rows": {"walk": ["3", "17"]},
    "stress": {"rows": 5, "stress": 0.05},
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_the_command_it_shows_asks_for_the_same(studio, folder, monkeypatch, asked):
    answer = studio.run(Scenario.of(asked))
    monkeypatch.chdir(folder)
    words = [*shlex.split(answer.command)[1:], "--output", "out.parquet", "--json"]
    told = json.loads(CliRunner().invoke(app, words, catch_exceptions=False).stdout)
    assert told["steps"] == plain_rows(answer.simulated.steps)
    assert told["bands"] == plain_rows(answer.simulated.bands)
    assert answer.parquet() == Path("out.parquet").read_bytes()
    assert read_provenance(Path("out.parquet"))["synthetic"] is True


def test_what_can_be_set(studio, rows):
    unit, x, *_ = studio.controls.values()
    assert (unit.name, unit.levels, unit.can_be_set) == ("unit", ("a", "b"), True)
    assert rows["x"].min() <= x.low < x.middle < x.high <= 5.0
    assert studio.latents == ("z_0", "z_1")
    assert (studio.row_name(0), studio.row_name(-1), studio.has_rows) == ("0", "299", True)
    assert studio.row("3") == rows.iloc[3].to_dict()
    with pytest.raises(DataError, match="there is no row '999'"):
        studio.row("999")


def test_what_was_asked_just_before_is_not_drawn_again(studio):
    first = studio.run(Scenario(rows=5, hold={"unit": "a", "x": "1"}))
    assert studio.run(Scenario(rows=5, hold={"unit": "a", "x": "1"})) is first
    assert studio.run(Scenario(rows=5, hold={"x": "1", "unit": "a"})).command != first.command
    for seed in range(9):
        studio.run(Scenario(rows=1, seed=seed))
    assert studio.run(Scenario(rows=5, hold={"unit": "a", "x": "1"})) is not first


def test_two_at_once_are_answered_one_after_the_other(studio):
    found = []
    asked = [Scenario(rows=30, seed=7)] * 3
    threads = [threading.Thread(target=lambda one=one: found.append(studio.run(one))) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len({id(answer) for answer in found}) == 1


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"rows": MAX_ROWS + 1}, "2,001 rows; allowed: 2,000 on the page; change: the page, or vaegis simulate"),
        ({"sweep": {"x": "0:1:99"}}, f"99 steps; allowed: {MAX_STEPS}"),
        ({"sweep": {"x": "0:1:21", "unit": "all"}}, "42 steps"),
        ({"stress": 0.001}, "rows to be drawn"),
    ],
)
def test_too_much_for_a_page_is_refused(studio, asked, says):
    with pytest.raises(ConfigError, match=says):
        studio.run(Scenario.of(asked))


@pytest.mark.parametrize("asked", [{"hold": {"x": "99"}}, {"shift": {"speed": 1.0}}, {"row": "3", "free": ["speed"]}])
def test_columns_and_values_that_nobody_knows_are_refused(studio, asked):
    with pytest.raises(DataError):
        studio.check(Scenario.of(asked))


def test_no_real_rows_and_no_generator(model):
    with pytest.raises(ConfigError, match="this model has no generator"):
        Studio(dataclasses.replace(model, generator=None), "models/x", (), None)
    bare = Studio(model, "models/x", (), None)
    assert (bare.has_rows, bare.row_name(0)) == (False, "")
    with pytest.raises(ConfigError, match="there are no real rows here"):
        bare.row("0")
