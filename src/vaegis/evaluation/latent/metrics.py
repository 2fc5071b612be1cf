"""The metrics of the latent space: whether it is used, whether the prior knows where, what it keeps."""

from typing import Final

from vaegis.evaluation.latent import capacity, factors, fidelity, prior_match, seeds, usage
from vaegis.evaluation.metric import MetricSpec

METRICS: Final[dict[str, MetricSpec]] = {
    **usage.METRICS,
    **prior_match.METRICS,
    **fidelity.METRICS,
    **capacity.METRICS,
    **factors.METRICS,
    **seeds.METRICS,
}
