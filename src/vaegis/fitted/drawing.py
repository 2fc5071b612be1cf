"""Rows that a fitted model draws, by its generator or by its own network, named and typed as the contract says."""

import pandas as pd

from vaegis.errors import ConfigError
from vaegis.fitted.conditions import conform_given, draw_kept, encode_given
from vaegis.fitted.form import TableForm
from vaegis.fitted.measures import Measures, random_of
from vaegis.generation.asked import Given
from vaegis.generation.generator import described, whole_rows
from vaegis.generation.sample import sample_rows
from vaegis.model.vae import VAE


def draw_rows(
    model: Measures, num_rows: int, given: Given | None = None, seed: int = 0, *, bounded: bool = True
) -> pd.DataFrame:
    """Return what `FittedModel.sample` returns, whatever the names and dtypes of the table that it was fitted to."""
    if model.generator is not None:
        return model.generator.sample(num_rows, given, seed)
    require_prior(model.network, "sample")
    num_rows, random = whole_rows(num_rows), random_of(seed)
    held = conform_given(model.transform, model.conditions, given, num_rows)
    z_NK = model.latent_prior.sample(num_rows, random)
    kept = draw_kept(model.conditions, num_rows, random) if held is None else encode_given(model.transform, held)
    drawn = sample_rows(model.network, z_NK, random, kept)
    rows = model.transform.decode(drawn.values_ND.numpy(), drawn.codes_NC.numpy())
    rows = model.transform.bound(rows) if bounded else rows
    rows = rows if held is None else rows.set_axis(held.index).assign(**{str(name): held[name] for name in held})
    rows = TableForm.plain(model.transform.columns).dressed(rows, model.transform.columns)
    return described(rows, "unconditional" if held is None else "exact", float(num_rows), num_rows)


def require_prior(network: VAE, what: str) -> None:
    """Refuse a deterministic autoencoder.

    Raises:
        ConfigError: there is no prior.
    """
    if not network.stochastic:
        message = f"{what} needs a latent prior, which a deterministic autoencoder does not have"
        raise ConfigError(message, allowed="kind vae", where="params.yaml: train.kind")
