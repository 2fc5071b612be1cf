"""What a user holds after fitting or loading. N rows, D numeric columns, X columns, K latents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Self

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vaegis.bundle import read_bundle, write_bundle
from vaegis.data.batches import TableBatch, chunks
from vaegis.errors import ArtifactError, ConfigError
from vaegis.fitted.explanation import explain_rows
from vaegis.fitted.parts import KIND, Parts, unpack
from vaegis.generation.sample import prior_latents_NK, sample_rows
from vaegis.model.threads import few_threads
from vaegis.scoring.scores import CHUNK_ROWS, column_nll_NX, negative_elbo_N, score_N

BLOCK_ROWS: Final = 8 * CHUNK_ROWS
"""Rows that are made tensors at once."""
BAND: Final = 1.959964
"""Half-width of a central 95 % band, standard deviations."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one pass over rows tells; each field is what the method of its name returns."""

    score: pd.Series
    pvalue: pd.Series
    encode: pd.DataFrame
    reconstruct: pd.DataFrame


@dataclass(frozen=True)
class FittedModel(Parts):
    """Scores, encodes, reconstructs, explains and generates rows of one table.

    Every method takes a frame that holds at least the feature columns, and returns pandas on its index.
    """

    content_digest: str = ""
    """SHA-256 of what decides behaviour; empty unless loaded."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and verify a bundle.

        Raises:
            ArtifactError: it is missing, altered, or not a table model.
        """
        bundle = read_bundle(path)
        if bundle.kind != KIND:
            raise ArtifactError(f"{path} holds a bundle of kind {bundle.kind!r}", allowed=KIND, where=str(path))
        return cls(**vars(unpack(bundle.parts)), content_digest=bundle.content_digest)

    def save(self, path: Path, attachments: Mapping[str, bytes] | None = None) -> str:
        """Write the bundle atomically, with files that stay outside its digest, and return its content digest."""
        return write_bundle(path, KIND, self.pack(), attachments or {})

    @property
    def kind(self) -> str:
        """`vae` or `autoencoder`."""
        return self.config.kind

    @cached_property
    def columns(self) -> list[str]:
        """Names of the feature columns."""
        return [column.name for column in self.transform.columns]

    @cached_property
    def batch_columns(self) -> list[str]:
        """Names of the feature columns in the order of a batch: numeric, then discrete."""
        return [column.name for column in (*self.transform.numeric, *self.transform.discrete)]

    def score(self, frame: pd.DataFrame) -> pd.Series:
        """Return the negative ELBO at the posterior mean, nats per standardised row; higher is more anomalous."""
        parts = [negative_elbo_N(self.network, block) for block in self._blocks(frame)]
        scores_N = torch.cat(parts).double().numpy()
        return pd.Series(scores_N, index=frame.index, name="score")

    def pvalue(self, frame: pd.DataFrame) -> pd.Series:
        """Return conformal p-values against the calibration rows; small is anomalous."""
        return self._pvalues(self.score(frame))

    def encode(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return posterior means `z_0`, `z_1`, ..."""
        mean_NK, _ = self.posterior(frame)
        return pd.DataFrame(mean_NK, index=frame.index, columns=self._latents)

    @torch.no_grad()
    def read(self, frame: pd.DataFrame) -> Reading:
        """Return scores, p-values, posterior means and reconstruction, for the price of one of them."""
        scores, means, expected = [], [], []
        for part in self._parts(frame):
            posterior = self.network.encode(part)
            likelihood = self.network.decode(posterior.mean_NK)
            scores.append(score_N(part, posterior, likelihood))
            means.append(posterior.mean_NK)
            expected.append(likelihood.expected())
        score = pd.Series(torch.cat(scores).double().numpy(), index=frame.index, name="score")
        mean_NK = torch.cat(means).numpy()
        return Reading(
            score=score,
            pvalue=self._pvalues(score),
            encode=pd.DataFrame(mean_NK, index=frame.index, columns=self._latents),
            reconstruct=self._in_units(expected, frame.index),
        )

    @torch.no_grad()
    def posterior(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return posterior means and standard deviations, both NK."""
        posteriors = [self.network.encode(part) for part in self._parts(frame)]
        mean_NK = torch.cat([posterior.mean_NK for posterior in posteriors])
        std_NK = torch.cat([posterior.std_NK for posterior in posteriors])
        return mean_NK.numpy(), std_NK.numpy()

    @torch.no_grad()
    def reconstruct(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return expected feature columns given the posterior mean, in their units and within the contract's bounds."""
        likelihoods = (self.network.decode(self.network.encode(part).mean_NK) for part in self._parts(frame))
        return self._in_units([likelihood.expected() for likelihood in likelihoods], frame.index)

    @torch.no_grad()
    def decode_latents(self, z_NK: np.ndarray) -> pd.DataFrame:
        """Return expected feature columns for latents, in their units and within the contract's bounds."""
        parts_NK = torch.split(_tensor(z_NK), CHUNK_ROWS)
        return self._in_units([self.network.decode(part_NK).expected() for part_NK in parts_NK])

    @torch.no_grad()
    def predictive(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Return (expected, low, high) of the numeric features: the central 95 % band given the posterior mean."""
        mean_ND, std_ND = self.standardised_predictive(frame)
        names = [column.name for column in self.transform.numeric]
        edges = (mean_ND, mean_ND - BAND * std_ND, mean_ND + BAND * std_ND)
        expected, low, high = (
            pd.DataFrame(self.transform.in_units(edge_ND), index=frame.index, columns=names) for edge_ND in edges
        )
        return expected, low, high

    @torch.no_grad()
    def standardised_predictive(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the numeric features on the transformed scale, both ND."""
        moments = [self.network.decode(self.network.encode(part).mean_NK).moments() for part in self._parts(frame)]
        mean_ND, std_ND = (torch.cat(parts).numpy() for parts in zip(*moments, strict=True))
        return mean_ND, std_ND

    def column_nll(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the negative log-likelihood by feature given the posterior mean, nats; 0 where missing."""
        parts = [column_nll_NX(self.network, block) for block in self._blocks(frame)]
        nll_NX = torch.cat(parts).double().numpy()
        return pd.DataFrame(nll_NX, index=frame.index, columns=self.batch_columns)[self.columns]

    @torch.no_grad()
    def elbo(self, frame: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
        """Return `elbo`, `distortion` and `rate` by one posterior sample, nats per standardised row."""
        generator = torch.Generator().manual_seed(seed)
        terms = []
        for part in self._parts(frame):
            noise_NK = torch.randn(part.num_rows, self.network.latent_dim, generator=generator)
            terms.append(self.network.elbo(part, noise_NK))
        distortion_N = torch.cat([term.distortion_N for term in terms]).double().numpy()
        rate_N = torch.cat([term.rate_N for term in terms]).double().numpy()
        data = {"elbo": -(distortion_N + rate_N), "distortion": distortion_N, "rate": rate_N}
        return pd.DataFrame(data, index=frame.index)

    @torch.no_grad()
    def nll(self, frame: pd.DataFrame, num_samples: int = 64, seed: int = 0) -> pd.Series:
        """Return the importance-weighted bound on -log p(x), nats per standardised row (Burda et al. 2016, eq. 8)."""
        self._require_prior("nll")
        generator = torch.Generator().manual_seed(seed)
        parts = [self.network.evidence_N(part, num_samples, generator) for part in self._parts(frame)]
        return pd.Series(-torch.cat(parts).double().numpy(), index=frame.index, name="nll")

    def explain(self, frame: pd.DataFrame, top: int = 3) -> pd.DataFrame:
        """Return, for each row, its `top` guilty columns, worst first.

        Columns: `row` (index label), `column`, `contribution` (nats above usual), `observed`, `expected`, `low`,
        `high`.
        """
        expected, low, high = self.predictive(frame)
        levels = self.reconstruct(frame)[[column.name for column in self.transform.discrete]]
        expected = pd.concat([expected, levels], axis=1)
        observed_NX = self.transform.encode(frame).observed_NX.numpy()
        observed = pd.DataFrame(observed_NX, index=frame.index, columns=self.batch_columns)[self.columns]
        return explain_rows(frame, self.column_nll(frame), self._usual(), observed, (expected, low, high), top)

    def sample(self, num_rows: int, seed: int = 0, *, bounded: bool = True) -> pd.DataFrame:
        """Return generated rows: latents from the prior N(0, I), columns from their likelihoods.

        Normal noise does not know that a cosine ends at 1: values beyond the contract's bounds are moved onto them,
        unless `bounded` is off.
        """
        self._require_prior("sample")
        if num_rows < 1:
            raise ConfigError(f"sample of {num_rows} rows", allowed="at least 1", where="the number of rows")
        generator = torch.Generator().manual_seed(seed)
        rows = sample_rows(self.network, prior_latents_NK(num_rows, self.network.latent_dim, generator), generator)
        drawn = self.transform.decode(rows.values_ND.numpy(), rows.codes_NC.numpy())
        return self.transform.bound(drawn) if bounded else drawn

    @property
    def _latents(self) -> list[str]:
        return [f"z_{k}" for k in range(self.network.latent_dim)]

    def _pvalues(self, scores: pd.Series) -> pd.Series:
        return pd.Series(self.calibration.pvalue_N(scores.to_numpy()), index=scores.index, name="pvalue")

    def _in_units(self, expected: Sequence[TableBatch], index: pd.Index | None = None) -> pd.DataFrame:
        values_ND = torch.cat([part.values_ND for part in expected]).numpy()
        codes_NC = torch.cat([part.codes_NC for part in expected]).numpy()
        return self.transform.bound(self.transform.decode(values_ND, codes_NC, index))

    def _blocks(self, frame: pd.DataFrame) -> Iterator[TableBatch]:
        """Yield encoded rows, so many at once that a long frame does not take its memory again."""
        with few_threads(self.network):
            for start in range(0, max(len(frame), 1), BLOCK_ROWS):
                yield self.transform.encode(frame.iloc[start : start + BLOCK_ROWS])

    def _parts(self, frame: pd.DataFrame) -> Iterator[TableBatch]:
        for block in self._blocks(frame):
            yield from chunks(block, CHUNK_ROWS)

    def _usual(self) -> pd.Series:
        return pd.Series(self.calibration.column_median_X, index=self.batch_columns)[self.columns]

    def _require_prior(self, what: str) -> None:
        if not self.network.stochastic:
            message = f"{what} needs a latent prior, which a deterministic autoencoder does not have"
            raise ConfigError(message, allowed="kind vae", where="params.yaml: train.kind")


def _tensor(z_NK: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(z_NK, dtype=np.float32))
