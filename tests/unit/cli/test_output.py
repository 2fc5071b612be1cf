import json
import math

from vaegis.cli.output import emit, progress, table


def test_json_is_sorted_finite_and_unwrapped(capsys):
    emit({"b": math.nan, "a": "x" * 500}, True, "not this")
    out = capsys.readouterr().out
    assert json.loads(out) == {"a": "x" * 500, "b": None}
    assert out.index('"a"') < out.index('"b"')
    assert "not this" not in out


def test_people_get_text(capsys):
    grid = table("name", "value")
    grid.add_row("beta", "1.0")
    emit({"a": 1}, False, "before", grid)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [["before"], ["name", "value"], ["beta", "1.0"]]


def test_progress_is_silent_where_nobody_watches(capsys):
    with progress("rows", 10) as tell:
        tell(4)
        tell(6)
    assert capsys.readouterr() == ("", "")
