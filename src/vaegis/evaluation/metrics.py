"""Every metric, by name; and how all of them are measured."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from string import Formatter
from typing import Any, Final

from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import metrics as detection
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.latent import metrics as latent
from vaegis.evaluation.metric import MetricSpec, in_tier
from vaegis.evaluation.privacy import metrics as privacy
from vaegis.evaluation.reconstruction import metrics as reconstruction
from vaegis.evaluation.synthetic import metrics as synthetic
from vaegis.evaluation.usefulness import metrics as usefulness

__all__ = ["METRICS", "Estimate", "Measured", "MetricSpec", "NotComputable", "measure"]

METRICS: Final[dict[str, MetricSpec]] = {
    **reconstruction.METRICS,
    **latent.METRICS,
    **detection.METRICS,
    **usefulness.METRICS,
    **synthetic.METRICS,
    **privacy.METRICS,
}
"""`topic/metric` -> what it is. In reports, policy and MLflow its name is `evaluate/topic/metric`."""


@dataclass(frozen=True, slots=True)
class Measured:
    """An estimate with all that a reader needs beside it."""

    spec: MetricSpec
    definition: str
    """That of the spec, its gaps filled."""
    estimate: Estimate

    def record(self) -> dict[str, Any]:
        """Return value, low, high, rows, reason, unit, direction, definition, reading, tier, no_interval."""
        about = {key: getattr(self.spec, key) for key in ("unit", "direction", "reading", "tier")}
        found = {**asdict(self.estimate), **about, "definition": self.definition}
        return {**found, "no_interval": self._bare()}

    def _bare(self) -> str:
        """Return why a number stands without an interval; empty if it has one, or if there is no number."""
        if self.estimate.value is None or self.estimate.low is not None:
            return ""
        return self.spec.no_interval or "there are too few blocks of rows to draw again"


def measure(case: Case, metrics: Mapping[str, MetricSpec] = METRICS) -> dict[str, Measured]:
    """Measure every metric of the case's tier; of the others, and of what cannot be had, say why there is no number."""
    found = {}
    for name, spec in metrics.items():
        for filled, estimate in _estimates(name, spec, case):
            gaps = dict(zip(_gaps(name), filled, strict=True))
            found[name.format(**gaps)] = Measured(spec, spec.definition.format(**gaps), estimate)
    return dict(sorted(found.items()))


def _estimates(name: str, spec: MetricSpec, case: Case) -> Iterator[tuple[tuple[str, ...], Estimate]]:
    gaps = _gaps(name)
    try:
        if not in_tier(spec, case.tier):
            raise NotComputable("it is measured with evaluate.tier: full only")
        answer = spec.compute(case)
    except NotComputable as why:
        # Of a family nobody knows for what; the plain metrics of its topic say the same.
        if not gaps:
            yield (), Estimate.absent(str(why))
        return
    yield from [((), answer)] if isinstance(answer, Estimate) else answer.items()


def _gaps(name: str) -> list[str]:
    return [gap for _, gap, _, _ in Formatter().parse(name) if gap]
