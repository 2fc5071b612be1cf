import pytest

from vaegis.errors import ConfigError


def test_both_ways(champions, vaegis):
    told = vaegis("lineage", "models:/machines@champion", "--json")
    assert told["version"] == "2"
    assert "promoted it on" in vaegis("lineage", "models:/machines/2")
    assert [item["version"] for item in vaegis("lineage", "--data", "rows-of-the-shelf", "--json")] == ["1", "2"]
    assert "no registered version learned from it" in vaegis("lineage", "--data", "0" * 12)
    assert "so it may have" in vaegis("lineage", "--entity", "key=value")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "lineage of what"),
        (("models:/m/1", "--data", "a"), "lineage of what"),
        (("--entity", "machine"), "'machine' names no entity; allowed: KEY=VALUE"),
    ],
)
def test_bad_questions_are_one_line(words, message, vaegis):
    with pytest.raises(ConfigError, match=message):
        vaegis("lineage", *words)
