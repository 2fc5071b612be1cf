"""What `monitor` and `retrain` work with: a version with its reference, and new rows. Imports torch and mlflow."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from vaegis import paths
from vaegis.cli.model import chosen_address, read_table
from vaegis.config.load import load_section
from vaegis.config.monitor import MonitorConfig
from vaegis.config.pull import PullConfig
from vaegis.contract import TableSchema, conform
from vaegis.durable import read_json
from vaegis.errors import ArtifactError, ConfigError
from vaegis.fitted.model import FittedModel
from vaegis.monitoring.blocks import DAY
from vaegis.monitoring.reference import Reference
from vaegis.monitoring.state import State
from vaegis.monitoring.watch import Record, Watch


def open_watch(address: str, folder: Path) -> tuple[str, Watch]:
    """Open the model at `address`, or the champion, with its reference; return the address, too.

    Raises:
        ArtifactError: there is none, or the version carries no reference and the project holds none of it.
    """
    chosen = chosen_address(address)
    model, reference = _registered(chosen) if chosen.startswith("models:/") else _bundle(Path(chosen))
    if reference is None:
        where = "`vaegis repro` of this vaegis registers one with each new version"
        raise ArtifactError(f"{chosen} carries no reference to hold new rows against", where=where)
    place = folder / model.content_digest[:12]
    return chosen, Watch(model=model, reference=reference, config=monitor_config(), folder=place)


def monitor_config() -> MonitorConfig:
    """Return params.yaml's section, or what it is by default where there is no such file."""
    return load_section("monitor", MonitorConfig) if paths.PARAMS.is_file() else MonitorConfig()


def judged(
    watch: Watch, file: Path | None, start: str, stop: str, seen: Callable[[Record], None] = lambda record: None
) -> list[Record]:
    """Judge rows of a file, or of the feature store: without a start, those after the last day that was judged.

    A store that holds none since is a record, too: the feed may have stopped.

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
    try:
        frame = read_new_rows(watch.model.schema, file, begin, stop)
    except NoRowsError:
        return [watch.silence(begin, stop)]
    return watch.run(frame, seen)


def require_source(file: Path | None, moment: str) -> None:
    """Refuse to ask the store for the new rows of a table whose rows all have one moment."""
    if file is None and moment:
        what = "rows of this table have no time, so the store cannot say which are new"
        raise ConfigError(what, allowed="a file of new rows", where="--rows FILE")


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


def read_new_rows(schema: TableSchema, file: Path | None, start: str, stop: str) -> pd.DataFrame:
    """Return rows from `start` until before `stop` of a file or of the feature store."""
    if file is not None:
        frame = read_table(file, "--rows")
        return _between(frame, schema, start, stop) if start or stop else frame
    from vaegis.feature_store.pull import pull  # noqa: PLC0415 - feast, seconds

    section = replace(load_section("pull", PullConfig), start=start, end=stop, max_rows=0)
    return pull(paths.FEATURE_REPO, section).rows.to_pandas()


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


def _registered(address: str) -> tuple[FittedModel, Reference | None]:
    from vaegis.registry.download import fetch_verified  # noqa: PLC0415 - mlflow only where an address needs it
    from vaegis.registry.model import REFERENCE  # noqa: PLC0415

    found = fetch_verified(address)
    model = FittedModel.open(found.bundle, address)
    if REFERENCE in found.files:
        return model, Reference.parse(found.files[REFERENCE], f"{address}: {REFERENCE}")
    return model, _own(model)


def _bundle(folder: Path) -> tuple[FittedModel, Reference | None]:
    model = FittedModel.load(folder)
    beside = folder / "reference.safetensors"
    return model, Reference.load(beside) if beside.is_file() else _own(model)


def _own(model: FittedModel) -> Reference | None:
    """Return the project's own reference if it is this model's: versions of an older vaegis carry none."""
    if not paths.MODEL_REFERENCE.is_file():
        return None
    reference = Reference.load(paths.MODEL_REFERENCE)
    return reference if reference.content_digest == model.content_digest else None


def latest(folder: Path) -> dict[str, str]:
    """Return what `monitor` last wrote below `folder`.

    Raises:
        ArtifactError: nothing was monitored yet, or the file is torn.
    """
    file = folder / "latest.json"
    if not file.is_file():
        raise ArtifactError(f"{file} does not exist", where="run `vaegis monitor` first")
    try:
        held = dict(read_json(file))
        return {name: str(held[name]) for name in ("model", "folder", "content_digest", "moment")}
    except (ArtifactError, KeyError, TypeError, ValueError):
        raise ArtifactError(
            f"{file} was cut short or edited", where="run `vaegis monitor`: it writes it anew"
        ) from None


def model_name(address: str) -> str:
    """Return the registered model's name, or the bundle folder's."""
    if address.startswith("models:/"):
        return address.removeprefix("models:/").partition("@")[0].partition("/")[0]
    return Path(address).name
