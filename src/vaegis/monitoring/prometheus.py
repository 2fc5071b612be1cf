"""The last batch and a standing alarm as Prometheus text: for node_exporter's textfile collector, or any server."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from vaegis.monitoring.status import EXIT_CODES

_HELP: Final[Mapping[str, str]] = {
    "vaegis_monitor_status": "1 for the word that the last batch came to, else 0.",
    "vaegis_monitor_exit_code": "0 fine, 10 warning or no data, 20 alarm.",
    "vaegis_monitor_alarm": "1 while an alarm stands that `vaegis retrain` has not answered, whatever came after it.",
    "vaegis_monitor_evidence": "Evidence over time that the rows changed, in all and by bet; 1 at the start.",
    "vaegis_monitor_alarm_from": "Evidence from which on it is an alarm.",
    "vaegis_monitor_rows": "Rows of the last batch that were judged.",
    "vaegis_monitor_rows_refused": "Rows of the last batch that were not: out of bounds, or of no whole day.",
    "vaegis_monitor_last_event_seconds": "Event time of the newest row, seconds since 1970.",
    "vaegis_monitor_effect": "How far beyond usual a check of the last batch was.",
    "vaegis_monitor_pvalue": "Share of the reference's windows that are as far out.",
}


def exposition(record: Mapping[str, Any], model: str, last_event_seconds: float, *, has_alarm: bool) -> str:
    """Return the text of one record, metrics in order of name."""
    common = {"model": model, "digest": str(record["content_digest"])[:12]}
    found: dict[str, list[str]] = {name: [] for name in _HELP}
    for name, value, labels in _samples(record, last_event_seconds, has_alarm):
        found[name].append(f"{name}{_labels({**common, **labels})} {value:.10g}")
    lines = [
        line
        for name in sorted(found)
        for line in (f"# HELP {name} {_HELP[name]}", f"# TYPE {name} gauge", *found[name])
    ]
    return "\n".join(lines) + "\n"


def without_alarm(text: str, content_digest: str) -> str:
    """Return the text with no alarm standing, if it is about that model: what a record came to stays as it is."""
    line = rf'^(vaegis_monitor_alarm\{{.*,digest="{re.escape(content_digest[:12])}"\}}) 1$'
    return re.sub(line, r"\1 0", text, flags=re.MULTILINE)


def _samples(record: Mapping[str, Any], last: float, has_alarm: bool) -> Iterator[tuple[str, float, dict[str, str]]]:
    for word in EXIT_CODES:
        yield "vaegis_monitor_status", float(record["status"] == word), {"status": word}
    yield "vaegis_monitor_exit_code", record["exit_code"], {}
    yield "vaegis_monitor_alarm", float(has_alarm), {}
    evidence = record["evidence"]
    for topic in sorted(set(evidence) - {"alarm_from", "unit"}):
        yield "vaegis_monitor_evidence", evidence[topic], {"topic": topic}
    yield "vaegis_monitor_alarm_from", evidence["alarm_from"], {}
    yield "vaegis_monitor_rows", record["rows"], {}
    for why in ("invalid", "left_over"):
        yield "vaegis_monitor_rows_refused", record[why], {"why": why}
    yield "vaegis_monitor_last_event_seconds", last, {}
    for finding in record["findings"]:
        labels = {"check": finding["check"], "topic": finding["topic"]}
        for key in ("effect", "pvalue"):
            if finding[key] is not None:
                yield f"vaegis_monitor_{key}", finding[key], labels


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
