"""A comparison in plain words."""

from typing import Final

from vaegis.evaluation.comparison.comparison import Comparison
from vaegis.evaluation.comparison.difference import BETTER, MOVED, NOISE, NOT_COMPUTABLE, WORSE, Difference

SAME: Final = "no difference beyond noise"
MIXED: Final = "mixed"
_HEADLINE: Final = "evaluate/"
_TOLD: Final = (BETTER, WORSE, MOVED, NOISE)


def headline(comparison: Comparison) -> list[Difference]:
    """Return the metrics that the verdict counts: those of the model, not of single columns."""
    return [item for item in comparison.differences if item.metric.startswith(_HEADLINE)]


def verdict_of(comparison: Comparison) -> str:
    """Return `better`, `worse`, `mixed` or `no difference beyond noise`."""
    seen = {item.verdict for item in headline(comparison)} & {BETTER, WORSE}
    return MIXED if len(seen) == 2 else (seen.pop() if seen else SAME)


def tell_verdict(comparison: Comparison) -> str:
    """Say what came of it in one sentence."""
    counted, rows = headline(comparison), comparison.rows
    faults = f" and {rows['faults']:,} with injected faults" if rows["faults"] else ""
    names = comparison.candidate["label"], comparison.champion["label"]
    start = f"{names[0]} beside {names[1]}, on the same {rows['rows']:,} rows{faults}"
    comparable = [item for item in counted if item.verdict != NOT_COMPUTABLE]
    if not comparable:
        return f"{start}: nothing can be compared."
    found = {verdict: [item for item in comparable if item.verdict == verdict] for verdict in _TOLD}
    moved = [f"{verdict} in {_names(found[verdict])}" for verdict in (BETTER, WORSE, MOVED) if found[verdict]]
    if not moved:
        return f"{start}: not to be told apart, none of {len(comparable)} metrics moved beyond noise."
    rest = f"; {len(found[NOISE])} of {len(comparable)} metrics did not move beyond noise" if found[NOISE] else ""
    return f"{start}: {', '.join(moved)}{rest}."


def tell_columns(comparison: Comparison) -> str:
    """Say which single columns are given back better or worse, empty if none moved."""
    single = [item for item in comparison.differences if item not in headline(comparison)]
    told = []
    for verdict in (BETTER, WORSE):
        names = [item.metric.split("/")[1] for item in single if item.verdict == verdict]
        told += [f"{verdict}: {', '.join(names)}"] if names else []
    return "; ".join(told)


def plain_name(metric: str) -> str:
    """Write a metric's path without what all share."""
    return metric.removeprefix(_HEADLINE)


def _names(items: list[Difference]) -> str:
    return ", ".join(plain_name(item.metric) for item in items)
