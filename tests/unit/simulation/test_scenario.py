import pytest

from vaegis.errors import ArtifactError, ConfigError
from vaegis.simulation.scenario import Scenario


def test_a_file_and_flags_over_it(tmp_path):
    path = tmp_path / "cold.yaml"
    path.write_text("rows: 50\nhold: {x: 1, unit: a}\nsweep: {w: '1:3'}\nfree: [y]\nrow: 7\n")
    scenario = Scenario.load(path, rows=60, hold={"x": "2"})
    assert (scenario.rows, scenario.hold) == (60, {"x": "2", "unit": "a"})
    assert (scenario.free, scenario.row) == (("y",), "7")
    assert Scenario.of(scenario.to_json()) == scenario


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ({"rows": 0}, "0 rows; allowed: at least 1"),
        ({"rows": "many"}, "rows is 'many'; allowed: int"),
        ({"rows": True}, "rows is True"),
        ({"seed": -1}, "seed is -1"),
        ({"stress": 0.7}, "stress is 0.7; allowed: 0 to 0.5"),
        ({"held": {"x": 1}}, "holds 'held'; allowed: rows, seed, hold"),
        ({"hold": {"x": 1}, "sweep": {"x": "1:2"}}, "column 'x' is set twice"),
        ({"hold": ["x"]}, "hold is"),
        ({"walk": ["z_0"], "hold": {"x": 1}}, "walk and hold cannot be asked for at once"),
        ({"walk": ["z_0"], "row": "1"}, "row and walk cannot be asked for at once"),
        ({"stress": 0.1, "sweep": {"x": "1:2"}}, "stress and sweep cannot"),
        ({"free": ["y"]}, "free columns without a row"),
        (["x"], "holds 'list'"),
    ],
)
def test_what_cannot_be_asked_is_one_line(record, says):
    with pytest.raises(ConfigError, match=says) as caught:
        Scenario.of(record)
    assert "\n" not in str(caught.value)


def test_no_file_and_no_yaml(tmp_path):
    with pytest.raises(ArtifactError, match=r"none\.yaml cannot be read"):
        Scenario.load(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_text("a: [")
    with pytest.raises(ConfigError, match=r"bad\.yaml is no YAML"):
        Scenario.load(tmp_path / "bad.yaml")
