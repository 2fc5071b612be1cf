"""One class a family of distributions, and the joint over the columns of a table."""

from typing import Final

from vaegis.likelihoods.base import Family, Likelihood
from vaegis.likelihoods.categorical import Bernoulli, Categorical
from vaegis.likelihoods.circular import VonMises
from vaegis.likelihoods.counts import NegativeBinomial, Poisson
from vaegis.likelihoods.facts import ColumnFacts
from vaegis.likelihoods.gaussian import Gaussian, GaussianFixed
from vaegis.likelihoods.joint import JointHead, JointLikelihood
from vaegis.likelihoods.layout import CONDITION, Layout
from vaegis.likelihoods.ordinal import Ordinal
from vaegis.likelihoods.spike import Spike
from vaegis.likelihoods.student_t import StudentT

LIKELIHOODS: Final[dict[str, type[Family]]] = {
    "gaussian": Gaussian,
    "gaussian_fixed": GaussianFixed,
    "student_t": StudentT,
    "spike": Spike,
    "poisson": Poisson,
    "negative_binomial": NegativeBinomial,
    "circular": VonMises,
    "categorical": Categorical,
    "bernoulli": Bernoulli,
    "ordinal": Ordinal,
}
FAMILY_OF_KIND: Final = {
    "numeric": "gaussian",
    "count": "gaussian",
    "angle": "circular",
    "time": "gaussian",
    "category": "categorical",
    "binary": "categorical",
    "ordinal": "ordinal",
}
"""The family of a column that asks for none."""

__all__ = [
    "CONDITION",
    "FAMILY_OF_KIND",
    "LIKELIHOODS",
    "ColumnFacts",
    "Family",
    "JointHead",
    "JointLikelihood",
    "Layout",
    "Likelihood",
]
