"""Distances to the nearest training row, as a table to draw."""

from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.privacy.copies import near_bar
from vaegis.evaluation.privacy.material import Material

BINS: Final = 60


def nearness_table(material: Material) -> pd.DataFrame:
    """Return one row a bin: `low`, `high`, share of `generated` and `fresh` rows in it, and the `bar` of near copies.

    The last bin holds all that is further. The bar is 0 where every fresh row is a copy.
    """
    try:
        bar = near_bar(material)
    except NotComputable:
        bar = 0.0
    made_N, fresh_N = material.made_to_train_N, material.fresh_to_train_N
    most = max(float(np.quantile(np.concatenate([made_N, fresh_N]), 0.995)), 1e-6)
    edges = np.linspace(0.0, most, BINS + 1)
    shares = {
        name: np.histogram(np.minimum(values_N, most), edges)[0] / len(values_N)
        for name, values_N in (("generated", made_N), ("fresh", fresh_N))
    }
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], **shares, "bar": bar})
