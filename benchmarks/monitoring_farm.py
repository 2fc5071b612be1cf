"""The wind farm's 2015 against its 2014, as it was and with faults put into it: what `vaegis monitor` says.

Run by `python -m benchmarks.monitoring --project .` in a project after `make repro`, whose rows span both years.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis import paths
from vaegis.config.monitor import MonitorConfig
from vaegis.fitted.model import FittedModel
from vaegis.monitoring.reference import Reference
from vaegis.monitoring.status import WARNING
from vaegis.monitoring.watch import Watch

Change = Callable[[pd.DataFrame], pd.DataFrame]
YEAR: Final = "2015-01-01"
FAULT: Final = "2015-04-30"
"""A Thursday, as the first of January was: weeks with a fault are weeks of the year."""
WEEKS: Final = 9
"""Weeks with a fault."""


def _pitch(degrees: float, machine: str = "") -> Change:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        own = rows["turbine_id"] == machine if machine else np.ones(len(rows), dtype=bool)
        turned = (rows["pitch_wrapped_deg"] + degrees + 180.0) % 360.0 - 180.0
        return rows.assign(pitch_wrapped_deg=rows["pitch_wrapped_deg"].mask(own, turned))

    return change


FAULTS: Final[dict[str, Change]] = {
    "nothing": lambda rows: rows,
    "pitch + 3 degrees": _pitch(3.0),
    "outdoor sensor + 10 degrees": lambda rows: rows.assign(outdoor_temp_c=rows["outdoor_temp_c"] + 10.0),
    "power halved": lambda rows: rows.assign(power_kw=0.5 * rows["power_kw"]),
    "outdoor sensor without values": lambda rows: rows.assign(outdoor_temp_c=np.nan),
    "power - 20 %": lambda rows: rows.assign(power_kw=0.8 * rows["power_kw"]),
    "outdoor sensor + 5 degrees": lambda rows: rows.assign(outdoor_temp_c=rows["outdoor_temp_c"] + 5.0),
    "one machine's pitch + 3 degrees": _pitch(3.0, "R80711"),
}


def farm(project: Path, config: MonitorConfig) -> Iterator[str]:
    """Yield what the weeks of 2015 come to, then what nine weeks with each fault do, watched from then on."""
    model = FittedModel.load(project / paths.CANDIDATE)
    reference = Reference.load(project / paths.MODEL_REFERENCE)
    rows = pd.read_parquet(project / paths.PULLED_ROWS)
    times = pd.to_datetime(rows[model.schema.time], utc=True)
    start = pd.Timestamp(FAULT, tz="UTC")
    weeks = rows[(times >= start) & (times < start + pd.Timedelta(weeks=WEEKS))]
    with tempfile.TemporaryDirectory() as place:
        watch = Watch(model=model, reference=reference, config=config, folder=Path(place) / "year")
        yield from _year(watch.run(rows[times >= pd.Timestamp(YEAR, tz="UTC")]))
        for name, change in FAULTS.items():
            records = replace(watch, folder=Path(place) / name).run(change(weeks))
            yield _fault(name, records)


def _year(records: list[dict[str, Any]]) -> Iterator[str]:
    warned = [record["first"][:10] for record in records if record["status"] == WARNING]
    words = pd.Series([record["status"] for record in records]).value_counts()
    evidence = {record["first"][:10]: record["evidence"]["total"] for record in records}
    highest = max(evidence, key=lambda day: evidence[day])
    last = list(evidence.values())[-1]
    told = ", ".join(f"{count} {word}" for word, count in words.items())
    yield f"2015: of {len(records)} weeks {told}; warned of from {', '.join(warned)}"
    alarms = [record for record in records if record["status"] == "alarm"]
    yield f"2015: first alarm: {alarms[0]['first'][:10] + ', ' + alarms[0]['sentence'] if alarms else 'none'}"
    yield f"2015: evidence at most {evidence[highest]:.2g}, in the week of {highest}, {last:.2g} at the end"
    silent = ", ".join(records[-1]["no_bet"]) or "nothing: all bet"
    yield f"2015: no bet on {silent}; units of up to {records[-1]['evidence']['unit']} days"
    for record in records:
        if named := [item["check"] for item in record["findings"] if item["verdict"] == "changed"]:
            yield f"2015: week of {record['first'][:10]}: {', '.join(named)}"


def _fault(name: str, records: list[dict[str, Any]]) -> str:
    named = [[item["check"] for item in record["findings"] if item["verdict"] == "changed"] for record in records]
    weeks = [week for week, checks in enumerate(named, start=1) if checks]
    most = pd.Series([check for checks in named for check in checks], dtype=object).value_counts().index[:3]
    highest = max(record["evidence"]["total"] for record in records)
    alarms = [week for week, record in enumerate(records, start=1) if record["status"] == "alarm"]
    told = f"checks named in weeks {', '.join(map(str, weeks)) or 'none'} ({', '.join(most)})"
    return f"{name}: {told}; alarm in week {alarms[0] if alarms else 'none'}, evidence at most {highest:.3g}"
