"""The halves of a fitted network as plain modules, to be frozen or trained inside a larger one.

N rows, D numeric and C discrete columns, X = D + C, K latents.
"""

from torch import Tensor, nn

from vaegis.data.batches import TableBatch
from vaegis.model.vae import VAE


class Encoder(nn.Module):
    """Rows to posterior means; shares its weights with the fitted model."""

    def __init__(self, network: VAE) -> None:
        super().__init__()
        self.read_values, self.read_levels = network.read_values, network.read_levels
        self.body, self.to_latent = network.encoder, network.to_latent
        self._encode = (network,)  # in a tuple, so that the decoder's weights are not among this module's

    def forward(self, values_ND: Tensor, codes_NC: Tensor, observed_NX: Tensor) -> Tensor:
        """Return E[z | x], shape NK, from the tensors of a `TableBatch`."""
        return self._encode[0].encode(TableBatch(values_ND, codes_NC, observed_NX)).mean_NK


class Decoder(nn.Module):
    """Latents to what each column is expected to be; shares its weights with the fitted model."""

    def __init__(self, network: VAE) -> None:
        super().__init__()
        self.body = network.decoder
        self._decode = (network,)

    def forward(self, z_NK: Tensor) -> Tensor:
        """Return the means of the numeric columns on the standardised scale, shape ND; differentiable."""
        mean_ND, _ = self._decode[0].decode(z_NK).moments()
        return mean_ND
