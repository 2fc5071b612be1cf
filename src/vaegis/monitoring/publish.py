"""Write what people and machines read of the last batch: a page, Prometheus text, a pointer."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from vaegis.durable import read_json, write_bytes, write_json
from vaegis.monitoring.page import render
from vaegis.monitoring.prometheus import exposition
from vaegis.monitoring.state import State
from vaegis.monitoring.watch import Watch, record_file


def publish(watch: Watch, records: Sequence[Mapping[str, Any]], address: str, folder: Path) -> Path:
    """Write `index.html`, `metrics.prom` and `latest.json` below `folder`, and return the page's path."""
    state = State.load(watch.folder, watch.model.content_digest)
    history = [dict(read_json(record_file(watch.folder, batch.digest))) for batch in state.batches]
    last = records[-1]
    page = folder / "index.html"
    write_bytes(page, render(watch, history, last, address).encode())
    seconds = pd.Timestamp(last["last"]).timestamp()
    write_bytes(folder / "metrics.prom", exposition(last, address, seconds).encode())
    pointer = {"model": address, "record": str(record_file(watch.folder, last["digest"])), "status": last["status"]}
    write_json(folder / "latest.json", {**pointer, "content_digest": last["content_digest"]})
    return page
