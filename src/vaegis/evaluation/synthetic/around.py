"""Rows like given ones, out of the latent space: each is drawn from the posterior of one of them."""

import numpy as np
import pandas as pd
import torch

from vaegis.fitted.conditions import encode_given
from vaegis.fitted.model import FittedModel
from vaegis.generation.sample import sample_rows


def rows_around(model: FittedModel, found: pd.DataFrame, number: int, seed: int) -> pd.DataFrame:
    """Return rows x' ~ p(x'|z), z ~ q(z|x), of rows x drawn from `found`; conditions stay as they are.

    The model is fitted without labels, so rows like labelled ones need no label but theirs.
    """
    random = np.random.default_rng(seed)
    chosen = found.iloc[random.integers(len(found), size=number)].reset_index(drop=True)
    mean_NK, std_NK = model.posterior(chosen)
    z_NK = torch.from_numpy(mean_NK + std_NK * random.standard_normal(mean_NK.shape).astype(np.float32))
    names = [column.name for column in model.transform.columns if column.role == "condition"]
    held = encode_given(model.transform, chosen[names]) if names else None
    drawn = sample_rows(model.network, z_NK.float(), torch.Generator().manual_seed(seed), held)
    rows = model.transform.bound(model.transform.decode(drawn.values_ND.numpy(), drawn.codes_NC.numpy()))
    return rows.assign(**{name: chosen[name] for name in names})
