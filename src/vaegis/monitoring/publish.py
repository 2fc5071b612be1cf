"""What people and machines read of the last batch: a line, a page, Prometheus text, a pointer."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from vaegis.durable import read_json, write_bytes, write_json
from vaegis.monitoring.page import render
from vaegis.monitoring.prometheus import exposition, without_alarm
from vaegis.monitoring.state import State
from vaegis.monitoring.watch import Watch, read_record, record_file

_log = logging.getLogger(__name__)


def publish(watch: Watch, records: Sequence[Mapping[str, Any]], address: str, folder: Path) -> Path:
    """Write `index.html`, `metrics.prom` and `latest.json` below `folder`, and return the page's path."""
    state = State.load(watch.folder, watch.model.content_digest)
    history, last = _history(watch, state), dict(records[-1])
    standing = state.standing(1.0 / watch.config.alarm_level)
    page = folder / "index.html"
    write_bytes(page, render(watch, history or [last], last, address).encode())
    newest = max([pd.Timestamp(batch.last).timestamp() for batch in state.batches], default=0.0)
    write_bytes(folder / "metrics.prom", exposition(last, address, newest, has_alarm=standing is not None).encode())
    pointer = {"model": address, "folder": str(watch.folder), "status": last["status"]}
    pointer["moment"] = watch.reference.moment
    pointer["alarm"] = str(record_file(watch.folder, standing.digest)) if standing else ""
    write_json(folder / "latest.json", {**pointer, "content_digest": last["content_digest"]})
    _log.info("%s; page: %s", tell(records, address), page)
    return page


def tell(records: Sequence[Mapping[str, Any]], address: str) -> str:
    """Say in a line how the worst of the batches stands, the last of those that are as bad."""
    worst = max(reversed(records), key=lambda item: int(item["exit_code"]))
    return f"{address}: {worst['status']}; {worst['sentence']}"


def publish_answer(state: State, alarm_from: float, folder: Path) -> None:
    """Tell in `metrics.prom` and `latest.json` that no alarm stands, unless one does or they tell of another model.

    The record they were made of may be nowhere: nothing is remembered of rows that did not come.
    """
    if state.standing(alarm_from) is not None:
        return
    metrics, latest = folder / "metrics.prom", folder / "latest.json"
    if metrics.is_file():
        text = metrics.read_text(encoding="utf-8")
        if (changed := without_alarm(text, state.content_digest)) != text:
            write_bytes(metrics, changed.encode())
    pointer = dict(read_json(latest)) if latest.is_file() else {}
    if pointer.get("content_digest") == state.content_digest and pointer.get("alarm"):
        write_json(latest, {**pointer, "alarm": ""})


def _history(watch: Watch, state: State) -> list[dict[str, Any]]:
    """Return the records that are whole; the state holds the evidence, so a lost one costs its place on the page."""
    history = []
    for batch in state.batches:
        if (record := read_record(watch.folder, batch.digest)) is not None:
            history.append(record)
            continue
        file, days = record_file(watch.folder, batch.digest), f"{batch.first[:10]} to {batch.last[:10]}"
        _log.warning(
            "%s is missing or torn and left out of the page; `vaegis monitor` on its rows, %s, mends it", file, days
        )
    return history
