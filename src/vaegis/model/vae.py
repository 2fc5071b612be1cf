"""The variational autoencoder over a mixed table, and its deterministic twin.

N rows, D numeric and C discrete columns, X = D + C, K latents, S samples, H hidden units.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch
from vaegis.likelihoods import LIKELIHOODS, JointHead, JointLikelihood, Layout
from vaegis.model.inputs import Conditions, Numbers, read_rows, widened, with_conditions
from vaegis.model.networks import LevelEmbedding, perceptron
from vaegis.model.objective import ElboNetwork, ElboTerms
from vaegis.model.posterior import LOG_VAR_RANGE, GaussianPosterior, PointPosterior, Posterior
from vaegis.model.priors import NormalPrior, Prior


class VAE(ElboNetwork):
    """Encoder q(z|x) and decoder p(x|z) with prior N(0, I).

    Where columns are conditions c, encoder and decoder read them: q(z|x, c), p(x|z, c), the prior the same for all.
    """

    def __init__(
        self, layout: Layout, *, latent_dim: int, hidden: Sequence[int], min_sigma: float, stochastic: bool = True
    ) -> None:
        super().__init__()
        self.layout = layout
        self.latent_dim = latent_dim
        self.stochastic = stochastic
        self._min_sigma = min_sigma
        self.head = JointHead(layout, LIKELIHOODS, min_sigma)
        self.numbers = Numbers(layout)
        self.read_values = nn.Linear(self.numbers.width, hidden[0])
        self.read_levels = LevelEmbedding(layout.num_levels, hidden[0]) if layout.num_levels else None
        self.encoder = nn.Sequential(nn.LayerNorm(hidden[0]), nn.SiLU(), *perceptron(hidden))
        self.to_latent = nn.Linear(hidden[-1], latent_dim * (2 if stochastic else 1))
        self.conditions = Conditions(layout, hidden[-1]) if layout.conditions else None
        num_given = hidden[-1] if layout.conditions else 0
        backwards = [latent_dim + num_given, *reversed(hidden)]
        self.decoder = nn.Sequential(*perceptron(backwards), nn.Linear(hidden[0], self.head.num_params))

    def encode(self, batch: TableBatch) -> Posterior:
        """Return q(z|x)."""
        hidden_NH = read_rows(self.numbers, self.read_values, self.read_levels, batch)
        latent = widened(self.to_latent(self.encoder(hidden_NH)))
        if not self.stochastic:
            return PointPosterior(latent)
        mean_NK, log_var_NK = latent.chunk(2, dim=-1)
        return GaussianPosterior(mean_NK, log_var_NK.clamp(*LOG_VAR_RANGE))

    def decode(self, z_NK: Tensor, given: TableBatch | None = None) -> JointLikelihood:
        """Return p(x|z), or p(x|z, c) with the condition columns of `given`, of which nothing else is read.

        Raises:
            ConfigError: the layout has condition columns, and none are given.
        """
        return self.head.likelihood(widened(self.decoder(with_conditions(z_NK, self.conditions, given))), given)

    def elbo(self, batch: TableBatch, noise_NK: Tensor) -> ElboTerms:
        """Return distortion and rate by row, from one reparameterised sample."""
        posterior = self.encode(batch)
        likelihood = self.decode(posterior.sample(noise_NK), batch)
        return ElboTerms(-likelihood.log_prob_NX(batch).sum(-1), posterior.kl_NK())

    def watch(self, batch: TableBatch, others: TableBatch, noise_NK: Tensor) -> dict[str, Tensor]:
        """Return by row: nats lost with another row's latent, shares of sigmas at their floor and of clamped variances.

        A sigma within a tenth of its floor counts as there.
        """
        posterior = self.encode(batch)
        likelihood = self.decode(posterior.sample(noise_NK), batch)
        strange = self.decode(self.encode(others).sample(noise_NK), batch)
        lost_NX = likelihood.log_prob_NX(batch) - strange.log_prob_NX(batch)
        told = {"decoder_use": lost_NX.sum(-1), "posterior_clamp": posterior.clamped_NK().float().mean(-1)}
        if self.layout.numeric:
            _, std_ND = likelihood.moments()
            told["sigma_floor"] = (std_ND < 1.1 * self._min_sigma).float().mean(-1)
        return told

    def evidence_N(
        self, batch: TableBatch, num_samples: int, generator: torch.Generator, prior: Prior | None = None
    ) -> Tensor:
        """Return the importance-weighted bound on log p(x), nats a row (Burda et al. 2016, eq. 8)."""
        return self.log_weight_SN(batch, num_samples, generator, prior).logsumexp(0) - math.log(num_samples)

    def log_weight_SN(
        self,
        batch: TableBatch,
        num_samples: int,
        generator: torch.Generator,
        prior: Prior | None = None,
        posterior: Posterior | None = None,
    ) -> Tensor:
        """Return log p(x, z) - log q(z) for draws z of each row's posterior, nats.

        The prior is N(0, I) and the posterior is the encoder's unless others are given.

        Raises:
            TypeError: the posterior is a point, which has no density.
        """
        posterior = posterior or self.encode(batch)
        if isinstance(posterior, PointPosterior):
            raise TypeError("a deterministic autoencoder has no evidence: its posterior is a point")
        prior = prior or NormalPrior(self.latent_dim)
        weights = []
        for _ in range(num_samples):
            z_NK = posterior.sample(torch.randn(posterior.mean_NK.shape, generator=generator))
            ratio_N = prior.log_prob_N(z_NK) - posterior.log_prob_N(z_NK)
            weights.append(self.decode(z_NK, batch).log_prob_NX(batch).sum(-1) + ratio_N)
        return torch.stack(weights)


def make_network(layout: Layout, config: TrainConfig) -> VAE:
    """Return the network a configuration describes, weights not yet drawn from its seed."""
    return VAE(
        layout,
        latent_dim=config.latent_dim,
        hidden=config.hidden,
        min_sigma=config.min_sigma,
        stochastic=config.kind == "vae",
    )
