"""A comparison in plain words."""

from typing import Final

from vaegis.evaluation.comparison.compare import Comparison
from vaegis.evaluation.comparison.difference import BETTER, NOISE, NOT_COMPUTABLE, WORSE, Difference

SAME: Final = "no difference beyond noise"
MIXED: Final = "mixed"
_HEADLINE: Final = "evaluate/"


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
    on = f"On the same {rows['rows']:,} rows"
    if rows["faults"]:
        on += f" and {rows['faults']:,} with injected faults"
    of = {verdict: [item for item in counted if item.verdict == verdict] for verdict in (BETTER, WORSE, NOISE)}
    comparable = [item for item in counted if item.verdict != NOT_COMPUTABLE]
    if not comparable:
        return f"{on}, nothing can be compared."
    moved = [f"{verdict} in {_names(of[verdict])}" for verdict in (BETTER, WORSE) if of[verdict]]
    what = " and ".join(moved) if moved else "not to be told apart"
    rest = f"; {len(of[NOISE])} of {len(comparable)} metrics did not move beyond noise" if of[NOISE] and moved else ""
    return f"{on}, {comparison.candidate['label']} is {what} {_than(moved)} {comparison.champion['label']}{rest}."


def tell(item: Difference) -> str:
    """Say one difference: by how much, within which bounds."""
    name = plain_name(item.metric)
    if item.verdict == NOT_COMPUTABLE:
        return f"{name}: not computable, because {item.reason}"
    unit = "" if item.unit == "share" else f" {item.unit}"
    moved = f"{item.champion:.4g} -> {item.candidate:.4g}{unit}"
    return f"{name}: {moved}, {item.verdict} ({item.difference:+.3g}, 95 % from {item.low:+.3g} to {item.high:+.3g})"


def plain_name(metric: str) -> str:
    """Write a metric's path as words."""
    _, _, rest = metric.partition("/")
    return rest.replace("_", " ").replace("/", ": ")


def _names(items: list[Difference]) -> str:
    return ", ".join(plain_name(item.metric) for item in items)


def _than(moved: list[str]) -> str:
    return "than" if moved else "from"
