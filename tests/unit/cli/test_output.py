import io
import json
import math

import pytest
from rich.console import Console

from vaegis.cli.output import cell, emit, progress, table


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


def test_a_pipe_cuts_nothing_and_gets_no_blanks(capsys):
    words = "what it is, " * 30
    grid = table("name", "meaning")
    grid.add_row("topic/" + "long_name_" * 8, words)
    grid.add_row("short", "")
    emit({}, False, grid)
    assert capsys.readouterr().out.splitlines()[1:] == [f"topic/{'long_name_' * 8}  {words.rstrip()}", "short"]


def test_a_narrow_terminal_breaks_no_name():
    console = Console(width=60, file=io.StringIO(), force_terminal=True, color_system=None)
    grid = table("name", "meaning")
    grid.add_row("detection/injected_tpr_at_fpr_1pct", "what it is, " * 10)
    console.print(grid)
    assert console.file.getvalue().splitlines()[1].startswith("detection/injected_tpr_at_fpr_1pct  what")


def test_progress_is_silent_where_nobody_watches(capsys):
    with progress("rows", 10) as tell:
        tell(4)
        tell(6)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("value", "text"), [(1234.5678, "1235"), (3, "3"), ("fast", "fast"), (None, "missing"), (float("nan"), "missing")]
)
def test_a_cell_has_four_digits_or_says_that_it_is_missing(value, text):
    assert cell(value, "missing") == text
