"""The halves of a fitted network as plain modules, to be frozen or trained inside a larger one.

Each shares its weights with the fitted model, and holds those of its half only. The whole network stands in a tuple, so
that torch does not count the other half's weights among this one's.
N rows, D numeric and C discrete columns, X = D + C, K latents.
"""

from torch import Tensor, nn

from vaegis.data.batches import TableBatch
from vaegis.model.vae import VAE


class Encoder(nn.Module):
    """Rows to posterior means."""

    def __init__(self, network: VAE) -> None:
        super().__init__()
        self.read_values, self.read_levels = network.read_values, network.read_levels
        self.body, self.to_latent = network.encoder, network.to_latent
        self._whole = (network,)

    def forward(self, values_ND: Tensor, codes_NC: Tensor, observed_NX: Tensor) -> Tensor:
        """Return E[z | x], shape NK, from the tensors of a `TableBatch`."""
        return self._whole[0].encode(TableBatch(values_ND, codes_NC, observed_NX)).mean_NK


class Decoder(nn.Module):
    """Latents to what each column is expected to be."""

    def __init__(self, network: VAE) -> None:
        super().__init__()
        self.conditions, self.body, self.head = network.conditions, network.decoder, network.head
        self._whole = (network,)

    def forward(self, z_NK: Tensor, given: TableBatch | None = None) -> Tensor:
        """Return the means of the numeric columns on the standardised scale, shape ND; differentiable.

        `given` holds the condition columns of a model that has any, one row a latent.
        """
        mean_ND, _ = self._whole[0].decode(z_NK, given).moments()
        return mean_ND
