"""Latents back to rows. N latents, K numbers each."""

import numpy as np
import pandas as pd
import torch

from vaegis.fitted.model import FittedModel


@torch.no_grad()
def decode(model: FittedModel, z_NK: np.ndarray, given: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the expected row of each latent, in units and within bounds.

    Of `given`, one row a latent, a model with condition columns reads these; others read nothing of it.
    """
    batch = model.transform.encode(given) if given is not None and model.network.layout.conditions else None
    expected = model.network.decode(torch.from_numpy(np.asarray(z_NK, dtype=np.float32)), batch).expected()
    rows = model.transform.decode(expected.values_ND.numpy(), expected.codes_NC.numpy())
    return model.transform.bound(rows)
