"""What a run of the pipeline came to, read from its reports in milliseconds."""

import csv
import re
from pathlib import Path
from typing import Any

from vaegis import paths
from vaegis.durable import read_json
from vaegis.governance.verdict import AWAITING, Verdict

_OWN = "injected_auroc"
_BEST = "best_baseline_auroc"
_GATES_SHOWN = 3
_LONG_NUMBER = re.compile(r"-?\d+\.\d{6,}(e[-+]?\d+)?")


def summarise(root: Path) -> dict[str, Any]:
    """Collect rows, top anomaly, detection beside the baselines, the verdict, and what the store was given."""
    detection = read_json(root / paths.METRICS)["evaluate"]["detection"]
    return {
        "rows": read_json(root / paths.VALIDATION_REPORT)["counts"],
        "top_anomaly": top_anomaly(root / paths.EVALUATION_TABLES / "worst_rows.csv"),
        "detection": {"vae": detection[_OWN], "best_baseline": best_baseline(detection)},
        "outcome": read_json(root / paths.VERDICT),
        "publication": read_json(published) if (published := root / paths.PUBLICATION).is_file() else None,
        "report": (root / paths.REPORT).as_posix(),
        "next": "make ui",
    }


def top_anomaly(path: Path) -> dict[str, str]:
    """Return the row of highest score with its guiltiest column."""
    with path.open(encoding="utf-8", newline="") as handle:
        return dict(next(csv.DictReader(handle), {}))


def best_baseline(detection: dict[str, float | None]) -> dict[str, Any]:
    """Name the baseline of highest AUROC on injected faults."""
    own = {_OWN, _BEST}
    others = {name.removesuffix("_auroc"): value for name, value in detection.items() if name.endswith("_auroc")}
    others = {name: value for name, value in others.items() if value is not None and f"{name}_auroc" not in own}
    if not others:
        return {}
    name = max(others, key=lambda item: others[item] or 0.0)
    return {"name": name, "auroc": others[name]}


def tell(summary: dict[str, Any]) -> list[str]:
    """Say the summary in at most 12 lines."""
    rows, found = summary["rows"], summary["detection"]
    quarantined = f"{rows['quarantined']:,} quarantined ({rows['quarantined_share']:.2%})"
    lines = [
        "",
        f"rows      {rows['source_rows']:,} read, {rows['pulled']:,} pulled, {quarantined}",
        f"anomaly   {_anomaly(summary['top_anomaly'])}",
        f"faults    AUROC on injected faults: VAE {_number(found['vae'])}{_rival(found['best_baseline'])}",
        *_verdict(summary["outcome"]),
        *_features(summary["publication"]),
        f"report    {summary['report']}",
        f"next      {summary['next']}",
    ]
    return lines[:12]


def _features(publication: dict[str, Any] | None) -> list[str]:
    """Say what stage `publish` did; a project that an earlier vaegis made has none."""
    if publication is None:
        return []
    if not publication["published"]:
        return [f"features  none in the feature store: {publication['reason']}"]
    rows, version = f"{publication['rows']:,} rows", publication["version"]
    return [f"features  {rows} by {version} in feature service {publication['service']}"]


def _anomaly(row: dict[str, str]) -> str:
    if not row:
        return "no row scored"
    unit = f" {row['unit']}" if row["unit"] else ""
    observed, expected = _readable(row["observed"]) or "missing", _readable(row["expected"])
    return f"{row['row_id']}: {row['column']} {observed}{unit}, expected {expected}{unit}"


def _readable(cell: str) -> str:
    """Round a number that has more digits than anybody reads; levels stay as they are written."""
    return f"{float(cell):.6g}" if _LONG_NUMBER.fullmatch(cell) else cell


def _rival(best: dict[str, Any]) -> str:
    return f", best baseline {best['name']} {_number(best['auroc'])}" if best else ""


def _number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}"


def _verdict(outcome: dict[str, Any]) -> list[str]:
    verdict = Verdict.from_json(outcome["verdict"])
    name, champion = f"{outcome['model']} version {outcome['version']}", outcome["aliases"].get("champion")
    held = f"champion is version {champion}" if champion else "no champion"
    if verdict.promoted:
        return [f"verdict   {name} {verdict.summary}; {held}"]
    asked = len(verdict.gates) + len(verdict.approvals)
    what = "awaits approval" if verdict.decision == AWAITING else f"refused by {len(verdict.refusals)} of {asked} gates"
    lines = [f"verdict   {name} {what}; {held}"]
    lines += [f"          {gate.name}: {gate.reason}" for gate in verdict.refusals[:_GATES_SHOWN]]
    more = len(verdict.refusals) - _GATES_SHOWN
    return lines + [f"          and {more} more: vaegis show {outcome['model']}"] * (more > 0)
