"""`vaegis retrain`: answer an alarm with a challenger, held against the champion on the same new rows."""

import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import pandas as pd
import typer
from omegaconf import OmegaConf

from vaegis import paths
from vaegis.cli.options import AsJson
from vaegis.cli.output import emit
from vaegis.contract import TableSchema
from vaegis.durable import read_json, write_bytes
from vaegis.errors import ConfigError, DataError, VaegisError

if TYPE_CHECKING:
    from vaegis.evaluation.comparison.comparison import Comparison
    from vaegis.evaluation.comparison.contents import Change
    from vaegis.monitoring.state import Judged

WORKSPACE: Final = "challenger"
STAGE: Final = "register"
"""The last stage that runs: a version without a verdict, and no alias moved."""
MIN_DAYS: Final = 14
"""Days to compare on: of fewer than ten a bootstrap of days says nothing."""
_PROMOTE: Final = "a verdict needs `vaegis repro` with that split.test_from, and whoever policy.yaml asks"


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

    Runs in workspaces/challenger as far as stage `register`: it never promotes, and leaves the project's files alone.
    """
    from vaegis.cli.watched import latest  # noqa: PLC0415 - imports torch
    from vaegis.monitoring.state import State  # noqa: PLC0415

    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    pointer = latest(folder)
    record = dict(read_json(Path(pointer["record"])))
    if record["status"] != "alarm" and not anyway:
        what = f"the last batch ({record['first'][:10]} to {record['last'][:10]}) was {record['status']}, no alarm"
        raise ConfigError(what, allowed="an alarm", where="--anyway trains all the same")
    state = State.load(Path(pointer["record"]).parents[1], pointer["content_digest"])
    record["first"] = test_from or enough_days(state.batches)
    root = _train(record["first"][:10])
    registered = dict(read_json(root / paths.REGISTRATION))
    compared, differs = _shadow(root, rows, record, pointer["model"])
    note = _note(record, registered, compared, differs)
    written = folder / f"retraining-{record['digest'][:12]}.md"
    write_bytes(written, note.encode())
    told = {"note": str(written), "version": registered["version"], "content_digest": registered["content_digest"]}
    emit({**told, "comparison": compared.to_json(), "promoted": False}, as_json, note, f"written to {written}")


def enough_days(batches: "Sequence[Judged]") -> str:
    """Return where the last batches begin that together are long enough to compare two models on."""
    last = pd.Timestamp(batches[-1].last)
    for batch in reversed(batches):
        if last - pd.Timestamp(batch.first) > pd.Timedelta(days=MIN_DAYS - 1):
            return batch.first
    return batches[0].first


def _train(test_from: str) -> Path:
    from vaegis.cli.config import check_params  # noqa: PLC0415
    from vaegis.cli.repro import run_dvc  # noqa: PLC0415
    from vaegis.cli.settle import settle  # noqa: PLC0415
    from vaegis.cli.workspace import prepare_as  # noqa: PLC0415
    from vaegis.registry.address import preflight  # noqa: PLC0415

    if not paths.DVC_FILE.is_file():
        raise ConfigError(f"there is no {paths.DVC_FILE} here", where="run in the project's root folder")
    root = prepare_as(WORKSPACE, OmegaConf.create({"params": {"split": {"test_from": test_from}}}))
    check_params(root / paths.PARAMS)
    preflight()
    settle(root)
    if code := run_dvc(root, STAGE):
        raise VaegisError(f"the challenger's run ended with {code}; the line above says why", where=str(root))
    return root


def _shadow(
    root: Path, file: Path | None, record: dict[str, Any], watched: str
) -> tuple["Comparison", "tuple[Change, ...]"]:
    """Hold the challenger and the model that was watched against each other on the batch's rows: new to both."""
    from vaegis.cli.versions import open_version  # noqa: PLC0415
    from vaegis.evaluation.comparison.ask import Contender  # noqa: PLC0415
    from vaegis.evaluation.comparison.compare import compare  # noqa: PLC0415
    from vaegis.evaluation.comparison.contents import changes  # noqa: PLC0415
    from vaegis.evaluation.comparison.rows import ComparedRows  # noqa: PLC0415

    schema = TableSchema.load(root / paths.SCHEMA)
    rows = batch_rows(file, schema, record["first"], record["last"])
    challenger = Contender(label="challenger", bundle=root / paths.CANDIDATE)
    with tempfile.TemporaryDirectory() as place:
        standing, _ = open_version(watched, Path(place) / "watched")
        compared = compare(challenger, standing, ComparedRows.of(schema, rows))
        return compared, changes((challenger.bundle, standing.bundle))


def batch_rows(file: Path | None, schema: TableSchema, first: str, last: str) -> pd.DataFrame:
    """Return the rows of a batch's time span, from a file or the feature store, that keep the contract's bounds.

    Raises:
        DataError: there are none.
    """
    from vaegis.cli.watched import read_new_rows  # noqa: PLC0415
    from vaegis.monitoring.batch import within_bounds  # noqa: PLC0415

    begin, end = pd.Timestamp(first), pd.Timestamp(last)
    begin = begin if begin.tzinfo else begin.tz_localize("UTC")
    frame = read_new_rows(file, first[:10], (end + pd.Timedelta(days=1)).date().isoformat())
    times = pd.to_datetime(frame[schema.time], utc=True)
    rows = frame[(times >= begin) & (times <= end)].reset_index(drop=True)
    rows = rows[within_bounds(rows, schema.inputs)].reset_index(drop=True)
    if rows.empty:
        what = f"there is no valid row from {first[:10]} to {last[:10]}"
        raise DataError(what, allowed="the rows that were monitored", where="--rows FILE, or put them into the store")
    return rows


def _note(
    record: dict[str, Any], registered: dict[str, Any], compared: "Comparison", differs: "tuple[Change, ...]"
) -> str:
    from vaegis.evaluation.comparison.words import tell_columns, tell_verdict  # noqa: PLC0415

    name = f"{registered['model']} version {registered['version']}"
    span = f"from {record['first'][:10]} to {record['last'][:10]}"
    columns = tell_columns(compared)
    lines = [
        f"# {name}, a challenger",
        "",
        f"Why: {record['status']} on the rows {span}: {record['sentence']}.",
        "",
        f"Trained on the rows before {record['first'][:10]}, its split.test_from.",
        "",
        f"On the same new rows, which neither was trained on: {tell_verdict(compared)}",
        *([f"Single columns given back {columns}."] if columns else []),
        "",
        "What else differs from the model that was watched:",
        "",
        *(f"- {item.about}: {item.name}: {item.champion} -> {item.candidate}" for item in differs),
        "",
        f"Content digest {registered['content_digest'][:12]}. Nothing was promoted: {_PROMOTE}.",
    ]
    return "\n".join(lines) + "\n"
