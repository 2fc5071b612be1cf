import pytest

from vaegis.errors import ConfigError
from vaegis.simulation.question import KINDS, ROWS, command, read_query, write_query
from vaegis.simulation.scenario import Scenario

ASKED = {
    "population": Scenario(rows=20, hold={"unit": "a", "x": "1.5"}, shift={"w": -2.0}, seed=3),
    "sweep": Scenario(rows=ROWS["sweep"], sweep={"x": "-1:1:3", "unit": "all"}, hold={"w": "9"}),
    "row": Scenario(rows=500, row="m 1|2020-01-01T00:00:00Z", hold={"x": "1"}, free=("y", "w")),
    "walk": Scenario(walk=("z_0", "z_1")),
    "stress": Scenario(rows=50, stress=0.02),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_says_what_was_asked(kind):
    query = write_query(kind, ASKED[kind])
    assert read_query(query) == (kind, ASKED[kind])
    assert all(isinstance(word, str) for words in query.values() for word in words)


def test_what_goes_without_saying_is_not_said():
    assert read_query({}) == ("population", Scenario(rows=ROWS["population"]))
    assert write_query("population", Scenario(rows=ROWS["population"])) == {"kind": ["population"]}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"kind": ["dance"]}, "kind is 'dance'; allowed: population, sweep, row, walk, stress"),
        ({"hold": ["x"]}, "hold is 'x'; allowed: COLUMN=VALUE"),
        ({"shift": ["x=far"]}, "shift is 'far'; allowed: a number"),
        ({"rows": ["many"]}, "rows is 'many'"),
        ({"colour": ["red"]}, "the address of the page holds 'colour'"),
        ({"free": ["x"]}, "free columns without a row"),
    ],
)
def test_an_address_that_says_nothing_known_is_one_line(query, says):
    with pytest.raises(ConfigError, match=says) as caught:
        read_query(query)
    assert "\n" not in str(caught.value)


def test_the_command_is_typed_as_a_shell_reads_it():
    more = ("--model", "my models/x")
    assert command(ASKED["population"], more) == (
        "vaegis simulate --hold unit=a --hold x=1.5 --shift w=-2.0 --rows 20 --seed 3 --model 'my models/x'"
    )
    assert "--row 'm 1|2020-01-01T00:00:00Z' --free y --free w" in command(ASKED["row"])
    assert command(ASKED["walk"]) == "vaegis simulate --walk z_0 --walk z_1 --seed 0"
    assert command(ASKED["stress"]) == "vaegis simulate --stress 0.02 --rows 50 --seed 0"
