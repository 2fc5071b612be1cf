"""What a fitted model says of rows, for those who judge it. N rows, D numeric columns, X columns, K latents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
import torch

from vaegis.config.checks import as_seed
from vaegis.data.batches import TableBatch, chunks
from vaegis.errors import ConfigError
from vaegis.fitted.conditions import hide_columns
from vaegis.fitted.parts import Parts
from vaegis.likelihoods import JointLikelihood
from vaegis.model.priors import NormalPrior, Prior
from vaegis.model.threads import few_threads
from vaegis.scoring.attribution import contributions_NX
from vaegis.scoring.detector import Detector, Judged
from vaegis.scoring.scores import CHUNK_ROWS, column_nll_NX, negative_elbo_N

BLOCK_ROWS: Final = 8 * CHUNK_ROWS
"""Rows that are made tensors at once."""
BAND: Final = 1.959964
"""Half-width of a central 95 % band, standard deviations."""


@dataclass(frozen=True)
class Measures(Parts):
    """Posteriors, predictive bands and terms of the likelihood, on the frame's index."""

    @cached_property
    def columns(self) -> list[str]:
        """Names of the columns that a table must hold: features, and conditions if there are."""
        return [column.name for column in self.transform.columns]

    @cached_property
    def features(self) -> list[str]:
        """Names of the modelled columns."""
        return [column.name for column in self.transform.columns if column.role != "condition"]

    @property
    def latent_prior(self) -> Prior:
        """What latents are drawn from and weighed by."""
        return self.prior or NormalPrior(self.network.latent_dim)

    @cached_property
    def batch_columns(self) -> list[str]:
        """The same names in the order of a batch: numeric, then discrete."""
        return [column.name for column in (*self.transform.numeric, *self.transform.discrete)]

    @torch.no_grad()
    def posterior(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return posterior means and standard deviations, both NK."""
        posteriors = [self.network.encode(part) for part in self._parts(frame)]
        mean_NK = torch.cat([posterior.mean_NK for posterior in posteriors])
        std_NK = torch.cat([posterior.std_NK for posterior in posteriors])
        return mean_NK.numpy(), std_NK.numpy()

    @torch.no_grad()
    def expect(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return what `reconstruct` returns, in the contract's dtypes: all numbers are float64."""
        return self._in_units([likelihood.expected() for likelihood in self._predicted(frame)], frame.index)

    @torch.no_grad()
    def predictive(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Return (expected, low, high) of the numeric features: the central 95 % band given the posterior mean."""
        mean_ND, std_ND = self.standardised_predictive(frame)
        edges = (mean_ND, mean_ND - BAND * std_ND, mean_ND + BAND * std_ND)
        expected, low, high = (self.transform.as_amounts(edge_ND, frame.index) for edge_ND in edges)
        return expected, low, high

    @torch.no_grad()
    def standardised_predictive(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the numeric features on the transformed scale, both ND."""
        moments = [likelihood.moments() for likelihood in self._predicted(frame)]
        mean_ND, std_ND = (torch.cat(parts).numpy() for parts in zip(*moments, strict=True))
        return mean_ND, std_ND

    def column_nll(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the negative log-likelihood by feature given the posterior mean, nats; 0 where missing."""
        parts = [column_nll_NX(self.network, block) for block in self._blocks(frame)]
        nll_NX = torch.cat(parts).double().numpy()
        return pd.DataFrame(nll_NX, index=frame.index, columns=self.batch_columns)[self.features]

    def contributions(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return each feature's part of the score above usual: by a detector in its unit, else in nats; they add up."""
        parts = [self._contributions_NX(block) for block in self._blocks(frame)]
        return pd.DataFrame(np.concatenate(parts), index=frame.index, columns=self.batch_columns)[self.features]

    @torch.no_grad()
    def elbo(self, frame: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
        """Return `elbo`, `distortion` and `rate` by one posterior sample, nats per standardised row."""
        generator = random_of(seed)
        terms = []
        for part in self._parts(frame):
            noise_NK = torch.randn(part.num_rows, self.network.latent_dim, generator=generator)
            terms.append(self.network.elbo(part, noise_NK))
        distortion_N = torch.cat([term.distortion_N for term in terms]).double().numpy()
        rate_N = torch.cat([term.rate_N for term in terms]).double().numpy()
        data = {"elbo": -(distortion_N + rate_N), "distortion": distortion_N, "rate": rate_N}
        return pd.DataFrame(data, index=frame.index)

    @torch.no_grad()
    def decoding(self, frame: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
        """Return `distortion` by one posterior sample, and `rise`: how much more with another row's; nats, all at once.

        A rise of about 0: the decoder does not listen to its latent, whatever the KL says.
        """
        generator = random_of(seed)
        batch = self.transform.encode(frame)
        mean_NK, std_NK = (torch.from_numpy(np.asarray(item)).float() for item in self.posterior(frame))
        z_NK = mean_NK + std_NK * torch.randn(mean_NK.shape, generator=generator)
        shuffled_NK = z_NK[torch.randperm(len(z_NK), generator=generator)]
        own_N, wrong_N = (
            -self.network.decode(item, batch).log_prob_NX(batch).sum(-1).double().numpy()
            for item in (z_NK, shuffled_NK)
        )
        return pd.DataFrame({"distortion": own_N, "rise": wrong_N - own_N}, index=frame.index)

    def _scores_N(self, frame: pd.DataFrame, mode: str) -> np.ndarray:
        if mode not in ("novelty", "outlier") or (self.detector is None and mode != "novelty"):
            allowed = "novelty" if self.detector is None else "novelty, outlier"
            raise ConfigError(f"mode is {mode!r}", allowed=allowed, where="score(table, mode=...)")
        if self.detector is None:
            parts = [negative_elbo_N(self.network, block) for block in self._blocks(frame)]
            return np.asarray(torch.cat(parts).double())
        return np.concatenate([judged.score_N for judged in self._judged(self.detector, frame, mode)])

    def _contributions_NX(self, block: TableBatch) -> np.ndarray:
        if self.detector is not None:
            return self.detector.judge(self._judgeable(block)).contribution_NX
        nll_NX = column_nll_NX(self.network, block).double().numpy()
        return contributions_NX(nll_NX, self.calibration.column_median_X, block.observed_NX.numpy())

    def _judged(self, detector: Detector, frame: pd.DataFrame, mode: str = "novelty") -> Iterator[Judged]:
        return (detector.judge(self._judgeable(block), mode) for block in self._blocks(frame))

    def _judgeable(self, block: TableBatch) -> TableBatch:
        return hide_columns(block, self.network.layout.conditions)

    def _in_units(self, expected: Sequence[TableBatch], index: pd.Index | None = None) -> pd.DataFrame:
        values_ND = torch.cat([part.values_ND for part in expected]).numpy()
        codes_NC = torch.cat([part.codes_NC for part in expected]).numpy()
        return self.transform.bound(self.transform.decode(values_ND, codes_NC, index))

    def _predicted(self, frame: pd.DataFrame) -> Iterator[JointLikelihood]:
        """Yield p(x|z) at the posterior mean, rows in pieces."""
        return (self.network.decode(self.network.encode(part).mean_NK, part) for part in self._parts(frame))

    def _blocks(self, frame: pd.DataFrame) -> Iterator[TableBatch]:
        """Yield encoded rows, so many at once that a long frame does not take its memory again."""
        with few_threads(self.network):
            for start in range(0, max(len(frame), 1), BLOCK_ROWS):
                yield self.transform.encode(frame.iloc[start : start + BLOCK_ROWS])

    def _parts(self, frame: pd.DataFrame) -> Iterator[TableBatch]:
        for block in self._blocks(frame):
            yield from chunks(block, CHUNK_ROWS)


def random_of(seed: int) -> torch.Generator:
    """Return a generator of random numbers that follow from a seed alone."""
    return torch.Generator().manual_seed(as_seed(seed))
