"""End a round of monitoring: the page and what machines read, runs in MLflow, then the mark that all of it was told."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from vaegis.monitoring.publish import publish
from vaegis.monitoring.state import State, alone
from vaegis.monitoring.watch import Record, Watch
from vaegis.monitoring.watched import model_name


def tell_of(
    watch: Watch, records: Sequence[Record], address: str, folder: Path, *, tracked: bool = True
) -> tuple[Path, str]:
    """Tell of the records; return where the page is, and why the tracker was not told, empty if it was.

    A run that is killed on the way told nobody for sure: the next one tells of the same batches again.
    """
    page = publish(watch, records, address, folder)
    untold = _log(address, records, page) if tracked else "not in MLflow: --no-mlflow"
    _mark(watch, {record["digest"] for record in records})
    return page, untold


def _log(address: str, records: Sequence[Record], page: Path) -> str:
    from vaegis.registry.monitored import log_batches  # noqa: PLC0415 - imports mlflow

    return log_batches(model_name(address), list(records), page)


def _mark(watch: Watch, told: Collection[str]) -> None:
    """Remember the newest batch that was told of; another process may have judged one since."""
    with alone(watch.folder):
        state = State.load(watch.folder, watch.model.content_digest)
        if done := [batch.digest for batch in state.untold() if batch.digest in told]:
            replace(state, told=done[-1]).save(watch.folder)
