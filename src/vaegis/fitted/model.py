"""What a user holds after fitting or loading. N rows, D numeric columns, X columns, K latents."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import torch

from vaegis.bundle import Bundle, read_bundle, write_bundle
from vaegis.config import checks
from vaegis.contract import conform
from vaegis.data.batches import chunks
from vaegis.data.tables import as_frame, in_names_of, own_names
from vaegis.errors import ArtifactError
from vaegis.fitted.drawing import draw_rows, require_prior
from vaegis.fitted.dtypes import in_dtypes
from vaegis.fitted.explanation import explain_rows
from vaegis.fitted.imputation import add_categories, chunk_rows, fill_missing, impute_batch
from vaegis.fitted.measures import Measures, random_of
from vaegis.fitted.modules import Decoder, Encoder
from vaegis.fitted.parts import KIND, unpack
from vaegis.generation.asked import Given, asked_rows
from vaegis.generation.generator import whole_rows
from vaegis.scoring.calibration import flags_N
from vaegis.scoring.scores import CHUNK_ROWS, score_N

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one pass over rows tells; each field is what the method of its name returns."""

    score: pd.Series
    pvalue: pd.Series
    encode: pd.DataFrame
    expect: pd.DataFrame


@dataclass(frozen=True)
class FittedModel(Measures):
    """Scores, encodes, reconstructs, explains and generates rows of one table.

    Every method takes a table that holds at least the feature and condition columns (pandas, Arrow, or a matrix that
    was fitted as one), and returns pandas on its index.
    """

    content_digest: str = ""
    """SHA-256 of what decides behaviour; empty unless loaded."""

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read and verify a bundle.

        Raises:
            ArtifactError: it is missing, altered, or not a table model.
        """
        return cls.open(read_bundle(path), str(path))

    @classmethod
    def open(cls, bundle: Bundle, origin: str) -> Self:
        """Return the model of a verified bundle; errors call it `origin`."""
        if bundle.kind != KIND:
            raise ArtifactError(f"{origin} holds a bundle of kind {bundle.kind!r}", allowed=KIND, where=origin)
        return cls(**vars(unpack(bundle.parts)), content_digest=bundle.content_digest)

    def save(self, path: str | Path, attachments: Mapping[str, bytes] | None = None) -> str:
        """Write the bundle atomically, with files that stay outside its digest, and return its content digest.

        Raises:
            ArtifactError: the path holds something else than a bundle, or cannot be written to.
        """
        return write_bundle(path, KIND, self.pack(), attachments or {})

    @property
    def kind(self) -> str:
        """`vae` or `autoencoder`."""
        return self.config.kind

    @property
    def encoder(self) -> Encoder:
        """The encoder as a plain module on the model's own weights; `transform.encode(frame)` makes its tensors."""
        return Encoder(self.network)

    @property
    def decoder(self) -> Decoder:
        """The decoder as a plain module on the model's own weights."""
        return Decoder(self.network)

    def score(self, table: Any, mode: str = "novelty") -> pd.Series:
        """Return the anomaly score of each row: higher is more anomalous, and the same row always scores the same.

        By a detector, how far above usual (0: usual; 1: a quartile spread). Without one, the negative ELBO at the
        posterior mean, nats per standardised row.

        A level that training never saw is read as missing, or as a rare one where there are levels so rare that they
        share a name, so it does not by itself raise the score: a rule of the contract is what catches it.

        Args:
            table: rows.
            mode: `novelty`: the model was fitted on normal rows; `outlier`: on rows as dirty as these.
        """
        frame = as_frame(table)
        return pd.Series(self._scores_N(frame, mode), index=frame.index, name="score")

    def spread(self, table: Any) -> pd.Series:
        """Return the standard deviation of the score over the members of the detector: 0 without one."""
        frame = as_frame(table)
        if self.detector is None:
            return pd.Series(0.0, index=frame.index, name="spread")
        parts = [judged.spread_N for judged in self._judged(self.detector, frame)]
        return pd.Series(np.concatenate(parts), index=frame.index, name="spread")

    def pvalue(self, table: Any) -> pd.Series:
        """Return conformal p-values against the calibration rows; small is anomalous."""
        return self._pvalues(self.score(table))

    def flags(self, table: Any, rate: float = 0.05) -> pd.Series:
        """Return which rows are anomalies if at most `rate` of those named may, on average, be normal ones.

        All rows are judged together (Benjamini and Hochberg 1995). Where calibration rows are too few for any to be
        named, that is said in a warning.
        """
        checks.rate("rate", rate)
        pvalues = self.pvalue(table)
        if weak := self.calibration.underpowered(rate, max(1, len(pvalues))):
            _LOG.warning("%s", weak)
        return pd.Series(flags_N(pvalues.to_numpy(), rate), index=pvalues.index, name="flag")

    def encode(self, table: Any) -> pd.DataFrame:
        """Return posterior means `z_0`, `z_1`, ..."""
        frame = as_frame(table)
        mean_NK, _ = self.posterior(frame)
        return pd.DataFrame(mean_NK, index=frame.index, columns=self._latents)

    @torch.no_grad()
    def read(self, frame: pd.DataFrame) -> Reading:
        """Return scores, p-values, posterior means and reconstruction, for the price of one of them."""
        scores, means, expected = [], [], []
        for block in self._blocks(frame):
            if self.detector is not None:
                scores.append(self.detector.score_N(self._judgeable(block)))
            for part in chunks(block, CHUNK_ROWS):
                posterior = self.network.encode(part)
                likelihood = self.network.decode(posterior.mean_NK, part)
                if self.detector is None:
                    scores.append(np.asarray(score_N(part, posterior, likelihood).double()))
                means.append(posterior.mean_NK)
                expected.append(likelihood.expected())
        score = pd.Series(np.concatenate(scores), index=frame.index, name="score")
        mean_NK = torch.cat(means).numpy()
        return Reading(
            score=score,
            pvalue=self._pvalues(score),
            encode=pd.DataFrame(mean_NK, index=frame.index, columns=self._latents),
            expect=self._in_units(expected, frame.index),
        )

    def reconstruct(self, table: Any) -> pd.DataFrame:
        """Return expected feature columns given the posterior mean, in the table's units and dtypes, within bounds."""
        frame = as_frame(table)
        return in_names_of(table, in_dtypes(self.expect(frame), frame.dtypes, self.transform.columns))

    def impute(self, table: Any, num_samples: int = 64, seed: int = 0) -> pd.DataFrame:
        """Return the table with missing feature cells filled by what the observed ones make probable.

        A column of categories gains those that it lacks.
        """
        checks.positive("num_samples", num_samples)
        frame = as_frame(table)
        generator = random_of(seed)
        rows = conform(frame, self.transform.columns)
        gaps = frame[rows[self.features].isna().any(axis=1).to_numpy()]
        batch = self.transform.encode(gaps)
        parts = chunks(batch, chunk_rows(self.network, batch))
        filled = [impute_batch(self.network, part, self.latent_prior, num_samples, generator) for part in parts]
        made = self._in_units(filled)[self.features]
        frame = add_categories(frame, made)
        made = in_dtypes(made, frame.dtypes, self.transform.columns)
        return in_names_of(table, fill_missing(frame, made))

    @torch.no_grad()
    def nll(self, table: Any, num_samples: int = 64, seed: int = 0) -> pd.Series:
        """Return the importance-weighted bound on -log p(x), nats per standardised row (Burda et al. 2016, eq. 8)."""
        checks.positive("num_samples", num_samples)
        frame = as_frame(table)
        require_prior(self.network, "nll")
        generator = random_of(seed)
        parts = [self.network.evidence_N(part, num_samples, generator, self.prior) for part in self._parts(frame)]
        return pd.Series(-torch.cat(parts).double().numpy(), index=frame.index, name="nll")

    def explain(self, table: Any, top: int = 3) -> pd.DataFrame:
        """Return a line for each of a row's `top` guilty columns, worst first, on the row's index label.

        Columns: `column`, `contribution` (to the score above usual), `observed`, `expected`, `low`, `high` (95 % band).
        """
        checks.positive("top", top)
        frame = as_frame(table)
        expected, low, high = self.predictive(frame)
        levels = self.expect(frame)[[column.name for column in self.transform.discrete]]
        band = (pd.concat([expected, levels], axis=1), low, high)
        told = explain_rows(frame, self.contributions(frame), band, top, self.transform.columns)
        names = own_names(table)
        return told.assign(column=told["column"].map(lambda name: names.get(name, name))) if names else told

    def sample(self, num_rows: int, given: Given | None = None, seed: int = 0, *, bounded: bool = True) -> pd.DataFrame:
        """Return generated rows in the names and dtypes of the table; the same seed gives the same rows.

        Args:
            num_rows: how many.
            given: values by column, which the others follow: a mapping to one value for all rows or one a row, a series
                that is one row, or a frame, whose index stays. A generator takes any columns; the network itself only
                its conditions, all of them. `attrs["sampling"]` of the result says how its rows came about.
            seed: what is drawn.
            bounded: whether values beyond the contract's bounds are moved onto them: normal noise does not know that a
                cosine ends at 1. A generator stays within what it has seen.

        Raises:
            ConfigError: a deterministic autoencoder has nothing to draw from.
            DataError: a given column or level is none that training saw, or a number or time lies beyond all of them.
        """
        asked = asked_rows(given, whole_rows(num_rows))
        if self.form is None:
            return draw_rows(self, num_rows, asked, seed, bounded=bounded)
        asked = None if asked is None else self.form.levels_as_text(asked)
        return self.form.dressed(draw_rows(self, num_rows, asked, seed, bounded=bounded), self.transform.columns)

    @property
    def _latents(self) -> list[str]:
        return [f"z_{k}" for k in range(self.network.latent_dim)]

    def _pvalues(self, scores: pd.Series) -> pd.Series:
        return pd.Series(self.calibration.pvalue_N(scores.to_numpy()), index=scores.index, name="pvalue")
