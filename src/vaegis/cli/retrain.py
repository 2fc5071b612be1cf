"""`vaegis retrain`: answer an alarm with a challenger, held against the champion on the same new rows."""

import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import pandas as pd
import typer
from omegaconf import OmegaConf

from vaegis import paths
from vaegis.cli.options import AsJson
from vaegis.cli.output import emit
from vaegis.config.load import load_section
from vaegis.config.pull import PullConfig
from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.data.split import assign_roles
from vaegis.durable import read_json, write_bytes
from vaegis.errors import ArtifactError, ConfigError, DataError, VaegisError

if TYPE_CHECKING:
    from vaegis.evaluation.comparison.ask import Contender
    from vaegis.evaluation.comparison.comparison import Comparison
    from vaegis.evaluation.comparison.contents import Change
    from vaegis.monitoring.state import Judged

WORKSPACE: Final = "challenger"
STAGE: Final = "register"
"""The last stage that runs: a version without a verdict, and no alias moved."""
_PROMOTE: Final = "Nothing was promoted: a verdict needs `vaegis repro`{as_here}, and whoever policy.yaml asks."


def retrain(
    test_from: Annotated[
        str, typer.Option(help="First day that is not trained on; empty: that of the last batches monitored.")
    ] = "",
    rows: Annotated[Path | None, typer.Option(help="The file that was monitored; else the store is asked.")] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Without an alarm, too.")] = False,
    folder: Annotated[Path, typer.Option(help="Where `monitor` keeps its records.")] = paths.MONITORING,
    as_json: AsJson = False,
) -> None:
    """Train a challenger on all rows before the last batches; say how it does on those beside the model watched.

    An alarm is answered once: asked again, it names the note. Where entities are held out and no days (split.by), both
    are compared on the new rows of those that are for test. Runs in workspaces/challenger as far as stage `register`:
    it never promotes, and leaves the project's files alone.
    """
    from vaegis.cli import alarmed  # noqa: PLC0415
    from vaegis.monitoring.new_rows import require_source  # noqa: PLC0415 - imports torch
    from vaegis.monitoring.publish import publish_answer  # noqa: PLC0415
    from vaegis.monitoring.state import State  # noqa: PLC0415
    from vaegis.monitoring.watched import latest, monitor_config  # noqa: PLC0415

    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    first_day = alarmed.require_day(test_from)
    pointer = latest(folder)
    place, split = Path(pointer["folder"]), load_section("split", SplitConfig)
    state = State.load(place, pointer["content_digest"])
    alarm_from = 1.0 / monitor_config().alarm_level
    cause, is_answered = alarmed.cause_of(state, alarm_from, anyway=anyway)
    written = alarmed.note_of(folder, cause)
    if is_answered:
        publish_answer(state, alarm_from, folder)  # killed before it did so, it does so now
        what = f"the alarm of {cause.first[:10]} is answered by {written}; --anyway trains once more"
        emit({"note": str(written), "trained": False, "promoted": False}, as_json, what)
        return
    require_source(rows, pointer["moment"])
    span = alarmed.span_of(state, split, load_section("pull", PullConfig), first_day)
    with _watched(pointer):
        pass  # a model that is another now is refused before anything is trained
    root = _train({"test_from": span[0][:10]} if split.by == "time" else {})
    registered = dict(read_json(root / paths.REGISTRATION))
    compared, differs = _shadow(root, rows, span, split, pointer)
    note = _note(_why(place, cause), registered, compared, differs, split, span[0][:10])
    write_bytes(written, note.encode())
    publish_answer(alarmed.answer(place, pointer["content_digest"], cause), alarm_from, folder)
    told = {name: registered[name] for name in ("version", "content_digest")} | {"comparison": compared.to_json()}
    emit({"note": str(written), "trained": True, "promoted": False, **told}, as_json, note, f"written to {written}")


@contextmanager
def _watched(pointer: dict[str, str]) -> Iterator["Contender"]:
    """Give the model that was watched; what an alias meant then, it need not mean now.

    Raises:
        ArtifactError: another model is at the address.
    """
    from vaegis.bundle import read_bundle  # noqa: PLC0415
    from vaegis.cli.versions import open_version  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as place:
        standing, _ = open_version(pointer["model"], Path(place) / "watched")
        held, watched = read_bundle(standing.bundle).content_digest, pointer["content_digest"]
        if held != watched:
            what = f"{pointer['model']} holds content {held[:12]}, and {watched[:12]} was watched"
            raise ArtifactError(what, allowed="the model that was watched", where="run `vaegis monitor` first")
        yield standing


def _train(split: dict[str, str]) -> Path:
    from vaegis.cli.config import check_params  # noqa: PLC0415
    from vaegis.cli.repro import run_dvc  # noqa: PLC0415
    from vaegis.cli.settle import settle  # noqa: PLC0415
    from vaegis.cli.workspace import prepare_as  # noqa: PLC0415
    from vaegis.registry.address import preflight  # noqa: PLC0415

    if not paths.DVC_FILE.is_file():
        raise ConfigError(f"there is no {paths.DVC_FILE} here", where="run in the project's root folder")
    # The rows that were watched are the store's: a source that moved on meanwhile would write over them.
    root = prepare_as(WORKSPACE, OmegaConf.create({"params": {"ingest": {"source": "none"}, "split": split}}))
    check_params(root / paths.PARAMS)
    preflight()
    settle(root)
    if code := run_dvc(root, STAGE):
        raise VaegisError(f"the challenger's run ended with {code}; the line above says why", where=str(root))
    return root


def _shadow(
    root: Path, file: Path | None, span: tuple[str, str], split: SplitConfig, pointer: dict[str, str]
) -> tuple["Comparison", "tuple[Change, ...]"]:
    """Hold the challenger and the model that was watched against each other on the batches' rows: new to both."""
    from vaegis.evaluation.comparison.ask import Contender  # noqa: PLC0415
    from vaegis.evaluation.comparison.compare import compare  # noqa: PLC0415
    from vaegis.evaluation.comparison.contents import changes  # noqa: PLC0415
    from vaegis.evaluation.comparison.rows import ComparedRows  # noqa: PLC0415

    schema = TableSchema.load(root / paths.SCHEMA)
    rows = held_out(batch_rows(file, schema, span, pointer["moment"]), schema, split)
    challenger = Contender(label="challenger", bundle=root / paths.CANDIDATE)
    with _watched(pointer) as standing:
        compared = compare(challenger, standing, ComparedRows.of(schema, rows))
        return compared, changes((challenger.bundle, standing.bundle))


def held_out(rows: pd.DataFrame, schema: TableSchema, split: SplitConfig) -> pd.DataFrame:
    """Return those rows that no model of this split was trained on: all new ones, or those of entities held out.

    Raises:
        DataError: there are none.
    """
    if split.by == "time":
        return rows
    kept = rows[assign_roles(rows, schema, split) == "test"].reset_index(drop=True)
    if kept.empty:
        what = f"none of the {len(rows):,} new rows belongs to an entity that is held out for test"
        raise DataError(
            what, allowed="new rows of such entities", where="--rows FILE, or params.yaml: split.test_share"
        )
    return kept


def batch_rows(file: Path | None, schema: TableSchema, span: tuple[str, str], moment: str = "") -> pd.DataFrame:
    """Return the rows of a time span, from a file or the feature store, that keep the contract's bounds.

    Raises:
        DataError: there are none.
    """
    from vaegis.monitoring.arrivals import within_bounds  # noqa: PLC0415
    from vaegis.monitoring.batch import with_names  # noqa: PLC0415
    from vaegis.monitoring.new_rows import read_new_rows  # noqa: PLC0415

    first, last = span
    begin, end = pd.Timestamp(first), pd.Timestamp(last)
    begin = begin if begin.tzinfo else begin.tz_localize("UTC")
    if moment:
        rows = with_names(read_new_rows(schema, file, "", ""), schema, moment)
    else:
        frame = read_new_rows(schema, file, first[:10], (end + pd.Timedelta(days=1)).date().isoformat())
        times = pd.to_datetime(frame[schema.time], utc=True)
        rows = frame[(times >= begin) & (times <= end)].reset_index(drop=True)
    rows = rows[within_bounds(rows, schema.inputs)].reset_index(drop=True)
    if rows.empty:
        what = f"there is no valid row from {first[:10]} to {last[:10]}"
        raise DataError(what, allowed="the rows that were monitored", where="--rows FILE, or put them into the store")
    return rows


def _why(place: Path, cause: "Judged") -> str:
    from vaegis.monitoring.watch import read_record  # noqa: PLC0415

    record = read_record(place, cause.digest) or {"sentence": f"evidence over time {cause.capital:.3g}"}
    return f"{cause.status} on the rows from {cause.first[:10]} to {cause.last[:10]}: {record['sentence']}"


def _note(
    why: str,
    registered: dict[str, Any],
    compared: "Comparison",
    differs: "tuple[Change, ...]",
    split: SplitConfig,
    before: str,
) -> str:
    from vaegis.evaluation.comparison.words import tell_columns, tell_verdict  # noqa: PLC0415

    columns = tell_columns(compared)
    neither = "which neither was trained on" if split.by == "time" else "of entities that neither was trained on"
    as_here = " with split.test_from as here" if split.by == "time" else ""
    lines = [
        f"# {registered['model']} version {registered['version']}, a challenger",
        "",
        f"Why: {why}.",
        "",
        *([f"Trained on the rows before {before}, its split.test_from.", ""] if split.by == "time" else []),
        f"On the newest rows, {neither}: {tell_verdict(compared)}",
        *([f"Single columns given back {columns}."] if columns else []),
        "",
        "What else differs from the model that was watched:",
        "",
        *(f"- {item.about}: {item.name}: {item.champion} -> {item.candidate}" for item in differs),
        "",
        f"Content digest {registered['content_digest'][:12]}. {_PROMOTE.format(as_here=as_here)}",
    ]
    return "\n".join(lines) + "\n"
