import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from vaegis.cli.alarmed import answer, cause_of, enough_days, note_of, require_day, span_of
from vaegis.config.pull import PullConfig
from vaegis.config.split import SplitConfig
from vaegis.errors import ConfigError
from vaegis.monitoring.state import Judged, State


def batch(digest, status, capital=500.0, days=7):
    known = {"first": "2015-01-01T00:00:00+00:00", "last": "2015-01-07T23:50:00+00:00", "rows": 9, "new_days": days}
    return Judged(digest=digest, status=status, capital=capital, days=days, shifts={}, **known)


def state(*batches):
    return State(content_digest="a" * 64, batches=batches)


def test_the_alarm_is_found_behind_batches_without_one():
    held = state(batch("one", "alarm"), batch("two", "fine", 40.0), batch("three", "no data", 40.0, days=0))
    cause, is_answered = cause_of(held, 100.0, anyway=False)
    assert (cause.digest, is_answered) == ("one", False)


def test_an_alarm_is_answered_once_unless_asked(tmp_path):
    held = state(batch("one", "alarm"), batch("two", "alarm"))
    held.save(tmp_path)
    after = answer(tmp_path, "a" * 64, held.batches[0])
    assert after == State.load(tmp_path, "a" * 64) == replace(held, answered="one")
    assert cause_of(after, 100.0, anyway=False) == (held.batches[0], True)
    assert cause_of(after, 100.0, anyway=True) == (held.batches[0], False)
    assert note_of(tmp_path, held.batches[0]) == tmp_path / "retraining-one.md"


def test_without_an_alarm_it_is_one_line():
    with pytest.raises(ConfigError, match="was fine, no alarm; allowed: an alarm; change: --anyway"):
        cause_of(state(batch("one", "fine", 1.0)), 100.0, anyway=False)
    assert cause_of(state(batch("one", "fine", 1.0)), 100.0, anyway=True)[0].digest == "one"
    with pytest.raises(ConfigError, match="no batch was judged yet"):
        cause_of(state(), 100.0, anyway=True)


def test_rows_are_those_of_batches_that_were_judged():
    late = replace(batch("two", "no data", days=0), last="2015-03-01T00:00:00+00:00")
    held = state(batch("one", "alarm"), late)
    assert span_of(held, SplitConfig(), PullConfig(), "") == (held.batches[0].first, held.batches[0].last)
    assert span_of(held, SplitConfig(), PullConfig(), "2014-12-01")[0] == "2014-12-01"
    with pytest.raises(ConfigError, match="entities are held out here and no days"):
        span_of(held, SplitConfig(by="entity"), PullConfig(), "2014-12-01")


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("", ""),
        ("2015-03-01", "2015-03-01"),
        ("20150301T06:00", "2015-03-01"),
        ("2015-03-01T00:30+02:00", "2015-02-28"),
        ("0001-01-01", "0001-01-01"),
    ],
)
def test_a_day_is_one_of_utc(word, day):
    assert require_day(word) == day


@pytest.mark.parametrize("word", ["nonsense", "now", "2015-02-30", "01.03.2015", "0001-01-01T00:00+01:00"])
def test_a_word_that_is_no_day_is_one_line(word):
    with pytest.raises(
        ConfigError, match=f"--test-from is '{re.escape(word)}'; allowed: a day such as 2015-03-01; change: --t"
    ):
        require_day(word)


def test_a_day_that_surely_leaves_too_few_rows_is_refused():
    held = state(batch("one", "alarm"))

    def ask(day, **pull):
        return span_of(held, SplitConfig(), PullConfig(**pull), day)[0]

    assert ask("2015-01-07", start="2015-01-06T23:00", end="2015-01-07T01:00+00:00") == "2015-01-07"
    with pytest.raises(ConfigError, match=r"--test-from is 2015-01-08, .* is of 2015-01-07; allowed: a day up to 2015"):
        ask("2015-01-08")
    with pytest.raises(ConfigError, match="no row before 2014-12-01 is read: none is left to train on; allowed: a day"):
        ask("2014-12-01", start="2014-12-01")
    with pytest.raises(ConfigError, match=r"no row from 2015-01-02 on is read: none is left for test; .*: pull.end"):
        ask("2015-01-02", end="2015-01-02")
    with pytest.raises(ConfigError, match=r"pull.start is 'soon'; allowed: .*; change: params.yaml: pull.start"):
        ask("2015-01-02", start="soon")


def test_models_are_compared_on_the_last_batches_of_two_weeks():
    days = [("2015-01-01", "2015-01-07"), ("2015-01-08", "2015-01-14"), ("2015-01-15", "2015-01-20")]
    batches = [SimpleNamespace(first=first, last=f"{last}T23:50:00") for first, last in days]
    assert enough_days(batches[:2]) == "2015-01-01"
    assert enough_days(batches) == "2015-01-01"
    assert enough_days(batches[1:]) == "2015-01-08"
