import importlib.util
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from vaegis.cli.app import app
from vaegis.errors import VaegisError

_FILE = Path(__file__).parents[2] / "fixtures" / "simulated_world.py"
_SPEC = importlib.util.spec_from_file_location("simulated_world", _FILE)
_WORLD = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_WORLD)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a folder with a bundle, real rows and a scenario."""
    root = tmp_path_factory.mktemp("place")
    _WORLD.fit(20).save(root / "bundle")
    _WORLD.make_rows(50, seed=3).to_parquet(root / "rows.parquet")
    (root / "windy.yaml").write_text("rows: 40\nhold: {unit: a}\n")
    return root


@pytest.fixture
def simulate(place, monkeypatch, vaegis):
    monkeypatch.chdir(place)

    def run(*words):
        return vaegis("simulate", *words, "--model", "bundle")

    return run


def test_a_scenario_file_with_flags_over_it(simulate):
    made = simulate("windy.yaml", "--hold", "x=1", "--json", "--output", "made.parquet")
    assert made["scenario"]["hold"] == {"unit": "a", "x": "1"}
    assert (made["rows"], made["synthetic"], made["steps"][0]["acceptance"]) == (40, True, 1.0)
    rows = pd.read_parquet("made.parquet")
    assert (rows["unit"] == "a").all()
    assert rows["synthetic"].all()


def test_what_a_person_reads(simulate):
    told = simulate("--hold", "w=10", "--rows", "30")
    assert "30 synthetic rows by bundle, seed 0" in told
    assert "100.0% of 30 rows drawn pass the rules" in told
    assert "w: the other columns follow what rows from " in told
    assert "mean y" in simulate("--sweep", "x=0:1:2", "--by", "unit", "--rows", "10", "--optimise", "y")
    assert "no optimum of y: 2 points" in simulate("--sweep", "x=0:1:2", "--rows", "10", "--optimise", "y")


def test_a_real_row_under_other_circumstances(simulate):
    told = simulate("--row", "4", "--shift", "x=0.1", "--free", "y", "--rows", "20", "--source", "rows.parquet")
    assert "as it was" in told
    assert "changed" in told
    assert "z_0" in simulate("--walk", "z_0")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--hold", "speed=1"), "there is no column 'speed'; allowed: unit, x, y, w"),
        (("--hold", "x=99"), "column 'x': 99; allowed: "),
        (("--hold", "x"), "--hold x; allowed: COLUMN=VALUE"),
        (("--hold", "x=1", "--hold", "x=2"), "--hold names 'x' twice"),
        (("--shift", "x=far"), "--shift x=far; allowed: COLUMN=NUMBER"),
        (("--row", "999", "--free", "y", "--source", "rows.parquet"), "there is no row '999'"),
        (("--row", "1", "--free", "y", "--source", "none.parquet"), "none.parquet does not exist"),
        (("none.yaml",), "none.yaml cannot be read"),
        (("--optimise", "y"), "nothing is swept"),
        (("--sweep", "x=0:1", "--optimise", "x"), "'x' is set"),
        (("--sweep", "x=0:1", "--optimise", "speed"), "there is no column 'speed'"),
        (("--sweep", "x=0:1", "--goal", "best"), "goal is 'best'; allowed: max, min"),
    ],
)
def test_a_mistake_is_one_line(place, monkeypatch, words, says):
    monkeypatch.chdir(place)
    result = CliRunner().invoke(app, ["simulate", *words, "--model", "bundle"])
    assert isinstance(result.exception, VaegisError)
    assert says in str(result.exception)
