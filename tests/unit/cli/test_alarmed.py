from dataclasses import replace
from types import SimpleNamespace

import pytest

from vaegis.cli.alarmed import answer, cause_of, enough_days, note_of, span_of
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
    answer(tmp_path, "a" * 64, held.batches[0])
    after = State.load(tmp_path, "a" * 64)
    assert after == replace(held, answered="one")
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
    assert span_of(held, SplitConfig(), "") == (held.batches[0].first, held.batches[0].last)
    assert span_of(held, SplitConfig(), "2014-12-01")[0] == "2014-12-01"
    with pytest.raises(ConfigError, match="entities are held out here and no days"):
        span_of(held, SplitConfig(by="entity"), "2014-12-01")


def test_models_are_compared_on_the_last_batches_of_two_weeks():
    days = [("2015-01-01", "2015-01-07"), ("2015-01-08", "2015-01-14"), ("2015-01-15", "2015-01-20")]
    batches = [SimpleNamespace(first=first, last=f"{last}T23:50:00") for first, last in days]
    assert enough_days(batches[:2]) == "2015-01-01"
    assert enough_days(batches) == "2015-01-01"
    assert enough_days(batches[1:]) == "2015-01-08"
