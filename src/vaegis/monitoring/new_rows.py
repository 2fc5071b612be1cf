"""New rows, of a file or of the feature store, and what a watched version says of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from vaegis import paths
from vaegis.config.load import load_section
from vaegis.config.pull import PullConfig
from vaegis.contract import TableSchema, conform
from vaegis.data.tables import read_frame
from vaegis.errors import ConfigError
from vaegis.monitoring.blocks import DAY
from vaegis.monitoring.state import State
from vaegis.monitoring.watch import Record, Watch


def judged(
    watch: Watch, file: Path | None, start: str, stop: str, seen: Callable[[Record], None] = lambda record: None
) -> list[Record]:
    """Judge rows of a file, or of the feature store: without a start, those after the last day that was judged.

    A store that holds none since is a record, too: the feed may have stopped. Batches of a run that was killed before
    it told of them come first.

    Raises:
        ConfigError: a day is none, the span ends before it starts, or the table has no time by which the store could
            tell new rows.
    """
    require_source(file, watch.reference.moment)
    for option, word in {"--start": start, "--stop": stop}.items():
        _require_day(option, word)
    from vaegis.feature_store.spine import NoRowsError  # noqa: PLC0415

    begin = start or ("" if file else _after(watch))
    _require_order(start, begin, stop)
    late = watch.untold()
    try:
        frame = read_new_rows(watch.model.schema, file, begin, stop)
    except NoRowsError:
        return late or [watch.silence(begin, stop)]
    records = watch.run(frame, seen)
    again = {record["digest"] for record in records}
    return [*(record for record in late if record["digest"] not in again), *records]


def require_source(file: Path | None, moment: str) -> None:
    """Refuse to ask the store for the new rows of a table whose rows all have one moment."""
    if file is None and moment:
        what = "rows of this table have no time, so the store cannot say which are new"
        raise ConfigError(what, allowed="a file of new rows", where="--rows FILE")


def read_new_rows(schema: TableSchema, file: Path | None, start: str, stop: str) -> pd.DataFrame:
    """Return rows from `start` until before `stop` of a file or of the feature store."""
    if file is not None:
        frame = read_frame(file, "--rows")
        return _between(frame, schema, start, stop) if start or stop else frame
    from vaegis.feature_store.pull import pull  # noqa: PLC0415 - feast, seconds

    section = replace(load_section("pull", PullConfig), start=start, end=stop, max_rows=0)
    return pull(paths.FEATURE_REPO, section).rows.to_pandas()


def _require_day(option: str, word: str) -> None:
    try:
        if word:
            datetime.fromisoformat(word)
    except ValueError:
        raise ConfigError(f"{option} is {word!r}", allowed="a day such as 2015-03-01", where=option) from None


def _require_order(start: str, begin: str, stop: str) -> None:
    """Refuse no days at all here, where the options are known: what pulls them knows only params.yaml."""
    if not (begin and stop) or pd.to_datetime(begin, utc=True) < pd.to_datetime(stop, utc=True):
        return
    first = f"--start {start}" if start else f"{begin}, the first that was not judged yet"
    raise ConfigError(f"--stop {stop} is not after {first}", allowed="a later day", where="--start and --stop")


def _between(frame: pd.DataFrame, schema: TableSchema, start: str, stop: str) -> pd.DataFrame:
    times = conform(frame, schema.with_role("time"), where="the batch")[schema.time]
    kept = times.notna()
    if start:
        kept &= times >= pd.to_datetime(start, utc=True)
    if stop:
        kept &= times < pd.to_datetime(stop, utc=True)
    return frame[kept].reset_index(drop=True)


def _after(watch: Watch) -> str:
    """Return the day after the last one that was judged, or that the reference holds; the moment, of groups of rows."""
    state, reference = State.load(watch.folder, watch.model.content_digest), watch.reference
    if reference.kind == DAY:
        last = max([*state.seen, int(reference.start_B[-1])])
        return (datetime.fromtimestamp(0, UTC) + timedelta(days=last + 1)).date().isoformat()
    known = [reference.span[1], *(batch.last for batch in state.batches if batch.days)]
    ends = [pd.Timestamp(end) for end in known if end]
    return (max(ends) + pd.Timedelta(microseconds=1)).isoformat() if ends else ""
