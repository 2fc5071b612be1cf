"""The halves of a fitted network as plain modules, to be frozen, moved or trained inside a larger one.

Each shares its weights with the fitted model, and holds and runs what its half has, nothing else: a layer that is put
in the place of another counts.
N rows, D numeric and C discrete columns, X = D + C, K latents.
"""

from torch import Tensor, nn

from vaegis.data.batches import TableBatch
from vaegis.model.inputs import read_rows, widened, with_conditions
from vaegis.model.vae import VAE


class Encoder(nn.Module):
    """Rows to posterior means."""

    def __init__(self, network: VAE) -> None:
        super().__init__()
        self.numbers, self.read_values, self.read_levels = network.numbers, network.read_values, network.read_levels
        self.body, self.to_latent = network.encoder, network.to_latent
        self._stochastic = network.stochastic

    def forward(self, values_ND: Tensor, codes_NC: Tensor, observed_NX: Tensor) -> Tensor:
        """Return E[z | x], shape NK, from the tensors of a `TableBatch`."""
        batch = TableBatch(values_ND, codes_NC, observed_NX)
        hidden_NH = read_rows(self.numbers, self.read_values, self.read_levels, batch)
        latent = widened(self.to_latent(self.body(hidden_NH)))
        return latent.chunk(2, dim=-1)[0] if self._stochastic else latent  # beside the means stand log-variances


class Decoder(nn.Module):
    """Latents to what each column is expected to be."""

    def __init__(self, network: VAE) -> None:
        super().__init__()
        self.conditions, self.body, self.head = network.conditions, network.decoder, network.head

    def forward(self, z_NK: Tensor, given: TableBatch | None = None) -> Tensor:
        """Return the means of the numeric columns on the standardised scale, shape ND; differentiable.

        `given` holds the condition columns of a model that has any, one row a latent.
        """
        params_NP = widened(self.body(with_conditions(z_NK, self.conditions, given)))
        return self.head.likelihood(params_NP, given).moments()[0]
