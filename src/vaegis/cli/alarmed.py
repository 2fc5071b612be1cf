"""Which alarm `vaegis retrain` answers, on which rows, and where its answer lies."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pandas as pd

from vaegis.config.pull import PullConfig
from vaegis.config.split import SplitConfig
from vaegis.errors import ConfigError
from vaegis.monitoring.state import Judged, State, alone

MIN_DAYS: Final = 14
"""Days to compare on: of fewer than ten a bootstrap of days says nothing."""


def cause_of(state: State, alarm_from: float, *, anyway: bool) -> tuple[Judged, bool]:
    """Return the batch whose alarm is to be answered, and whether it is already.

    Raises:
        ConfigError: there is no alarm, and none is asked for.
    """
    if not state.batches:
        raise ConfigError("no batch was judged yet", allowed="an alarm", where="run `vaegis monitor` first")
    standing, alarms = state.standing(alarm_from), state.alarms(alarm_from)
    if not alarms and not anyway:
        last = state.batches[-1]
        what = f"the last batch ({last.first[:10]} to {last.last[:10]}) was {last.status}, no alarm"
        raise ConfigError(what, allowed="an alarm", where="--anyway trains all the same")
    return (standing or [*state.batches[-1:], *alarms][-1]), standing is None and not anyway


def answer(folder: Path, content_digest: str, cause: Judged) -> State:
    """Remember that a batch's alarm was answered, and return what is remembered now."""
    with alone(folder):
        state = replace(State.load(folder, content_digest), answered=cause.digest)
        state.save(folder)
    return state


def note_of(folder: Path, cause: Judged) -> Path:
    """Return where the note about a batch's challenger lies."""
    return folder / f"retraining-{cause.digest[:12]}.md"


def require_day(test_from: str) -> str:
    """Return the day, in UTC, that `--test-from` names; empty where it names none.

    Raises:
        ConfigError: it is no day.
    """
    return _moment(test_from, "--test-from").date().isoformat() if test_from else ""


def span_of(state: State, split: SplitConfig, pull: PullConfig, test_from: str) -> tuple[str, str]:
    """Return the first and last time of the rows that both models are compared on: those of the last two weeks.

    Raises:
        ConfigError: a day is of no use where entities are held out, or leaves nothing to train on or to compare on.
    """
    if split.by == "entity" and test_from:
        what = f"--test-from is {test_from!r}, but entities are held out here and no days"
        raise ConfigError(what, allowed="no --test-from", where="params.yaml: split.by")
    batches = [batch for batch in state.batches if batch.days] or list(state.batches)
    last = max(batch.last for batch in batches)
    if test_from:
        _require_rows(test_from, last[:10], pull)
    return test_from or enough_days(batches), last


def _require_rows(test_from: str, newest: str, pull: PullConfig) -> None:
    """Refuse a day that surely leaves too few rows: five stages would run before they are counted."""
    if test_from > newest:
        what = f"--test-from is {test_from}, and the newest row that was monitored is of {newest}"
        raise ConfigError(what, allowed=f"a day up to {newest}", where="--test-from")
    day = _moment(test_from, "--test-from")
    if pull.start and day <= _moment(pull.start, "params.yaml: pull.start"):
        what = f"--test-from is {test_from}, and no row before {pull.start} is read: none is left to train on"
        raise ConfigError(what, allowed=f"a day after {pull.start}", where="--test-from, or params.yaml: pull.start")
    if pull.end and day >= _moment(pull.end, "params.yaml: pull.end"):
        what = f"--test-from is {test_from}, and no row from {pull.end} on is read: none is left for test"
        raise ConfigError(what, allowed=f"a day before {pull.end}", where="--test-from, or params.yaml: pull.end")


def _moment(word: str, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(word)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        what = f"{where.removeprefix('params.yaml: ')} is {word!r}"
        raise ConfigError(what, allowed="a day such as 2015-03-01", where=where) from None


def enough_days(batches: Sequence[Judged]) -> str:
    """Return where the last batches begin that together are long enough to compare two models on."""
    last = pd.Timestamp(batches[-1].last)
    for batch in reversed(batches):
        if last - pd.Timestamp(batch.first) > pd.Timedelta(days=MIN_DAYS - 1):
            return batch.first
    return batches[0].first
