"""Whether neighbours stay neighbours on the way into the latent space. N rows."""

from typing import Final

import numpy as np
from sklearn.manifold import trustworthiness

NEIGHBOURS: Final = 10


def preserve_neighbours(x_NX: np.ndarray, z_NK: np.ndarray) -> tuple[float, float]:
    """Return trustworthiness and continuity at 10 neighbours, each 1 at best and about .5 by chance.

    Trustworthy: who is near in the latent space was near in the table; continuous: the other way round (Venna & Kaski
    2001, eqs. 1 and 2). They ask for more than 20 rows.
    """
    first = trustworthiness(x_NX, z_NK, n_neighbors=NEIGHBOURS)
    return float(first), float(trustworthiness(z_NK, x_NX, n_neighbors=NEIGHBOURS))
