"""One class a family of distributions, and the joint over the columns of a table."""

from typing import Final

from vaegis.likelihoods.base import Family, Likelihood
from vaegis.likelihoods.categorical import Categorical
from vaegis.likelihoods.gaussian import Gaussian
from vaegis.likelihoods.joint import JointHead, JointLikelihood
from vaegis.likelihoods.layout import Layout

LIKELIHOODS: Final[dict[str, type[Family]]] = {"gaussian": Gaussian, "categorical": Categorical}
FAMILY_OF_KIND: Final = {
    "numeric": "gaussian",
    "count": "gaussian",
    "angle": "gaussian",
    "category": "categorical",
    "binary": "categorical",
}

__all__ = ["FAMILY_OF_KIND", "LIKELIHOODS", "Family", "JointHead", "JointLikelihood", "Layout", "Likelihood"]
