"""Tells new rows, or rows of the training table itself, from usual ones. N rows, X columns, E members, T terms.

Novelty: rows that were not trained on; near neighbours and the members' joint spaces. Outlier: the training rows, some
of them perhaps anomalous; wide neighbourhoods. The call decides: no statistic of the rows tells one from the other.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import torch
from torch import Tensor

from vaegis.config.score import ScoreConfig
from vaegis.data.batches import TableBatch
from vaegis.errors import ConfigError, DataError
from vaegis.model.threads import few_threads
from vaegis.scoring.draw import Draw
from vaegis.scoring.fusion import Usual
from vaegis.scoring.member_fit import fit_members
from vaegis.scoring.members import Members
from vaegis.scoring.reference import BLOCK_ROWS, Asked, Reference, Spreads, filled, read_in_blocks
from vaegis.scoring.terms import RECIPES, TERMS
from vaegis.scoring.views import Views

USUAL_ROWS: Final = 2_000
"""Stored rows, evenly drawn, that say what is usual: medians and quartiles need no more."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of rows."""

    score_N: np.ndarray
    """float64, higher = more anomalous; 0 is usual, 1 about one quartile spread above in every term."""
    spread_N: np.ndarray
    """Standard deviation of the score over members; 0 where one member alone has not seen the row."""
    contribution_NX: np.ndarray
    """Each column's part of the score: numeric columns, then discrete; 0 where missing."""
    term_NT: np.ndarray
    """The terms, whose mean the score is."""


@dataclass(frozen=True)
class Detector:
    """Fitted scores of one table."""

    config: ScoreConfig
    draw: Draw
    reference: Reference
    usual: dict[str, Usual]
    """By what is asked: `novelty`, `outlier`."""

    @classmethod
    @torch.no_grad()
    def fit(cls, batch: TableBatch, num_levels: tuple[int, ...], config: ScoreConfig) -> Self:
        """Learn what is usual from training rows.

        Args:
            batch: the rows; at most `config.reference_rows` of them are read.
            num_levels: levels of each discrete column, at least 1.
            config: mode, members, rows, seed.

        Raises:
            ConfigError: the mode needs no detector.
            DataError: there are fewer rows than members.
        """
        if config.mode not in RECIPES:
            raise ConfigError(
                f"score.mode {config.mode!r} fits no detector",
                allowed=", ".join(RECIPES),
                where="params.yaml: score.mode",
            )
        if batch.num_rows <= config.members:
            what = f"{batch.num_rows} rows are too few for {config.members} members"
            raise DataError(what, allowed=f"at least {config.members + 1}", where="more rows, or score.members")
        generator = torch.Generator().manual_seed(config.seed)
        draw = Draw.of(batch.num_rows, config.reference_rows, config.members, generator)
        rows = batch.take(draw.position_R)
        views = Views.fit(rows, num_levels)
        share_L = torch.from_numpy(views.share_L)
        members = Members(config.members, len(views.center_D), num_levels, share_L, generator)
        with few_threads(members):
            return cls._taught(config, draw, views, members, rows, generator)

    @classmethod
    def _taught(
        cls, config: ScoreConfig, draw: Draw, views: Views, members: Members, rows: TableBatch, random: torch.Generator
    ) -> Self:
        with torch.enable_grad():
            fit_members(members, views.tailed_NW(rows), views.observed_NW(rows), draw.fold_R, random)
        spreads = Spreads.fit(read_in_blocks(views, members, rows), draw.fold_R)
        detector = cls(config, draw, Reference(views, members, spreads, rows), {})
        detector.usual.update({asked: detector._measure(asked) for asked in RECIPES[config.mode]})
        return detector if config.mode == "hybrid" else detector._without_rows()

    def score_N(self, batch: TableBatch, asked: str = "novelty") -> np.ndarray:
        """Return the score of rows that were not trained on."""
        return self.judge(batch, asked).score_N

    def rank_N(self, batch: TableBatch, asked: str = "outlier") -> np.ndarray:
        """Return the score of the very rows that were fitted on: no row is its own neighbour or its judge's teacher.

        Raises:
            DataError: these are other rows.
        """
        return self.judge(batch, asked, trained=True).score_N

    def judge(self, batch: TableBatch, asked: str = "novelty", *, trained: bool = False) -> Judged:
        """Return score, spread and contributions, a block at a time.

        Args:
            batch: rows.
            asked: `novelty` or `outlier`.
            trained: whether these are the rows that were fitted on, in their order.
        """
        own_N = self._own(batch) if trained else torch.full((batch.num_rows,), -1)
        with few_threads(self.reference.members):
            blocks = [
                self._judge_block(batch, torch.arange(start, min(start + BLOCK_ROWS, batch.num_rows)), own_N, asked)
                for start in range(0, batch.num_rows, BLOCK_ROWS)
            ]
        columns, terms = batch.observed_NX.shape[1], len(self._terms(asked))
        none = np.zeros(0), np.zeros(0), np.zeros((0, columns)), np.zeros((0, terms))
        return Judged(*(np.concatenate(parts) for parts in zip(none, *blocks, strict=True)))

    def _terms(self, asked: str) -> tuple[str, ...]:
        return RECIPES[self.config.mode][asked]

    def _judge_block(self, batch: TableBatch, index_N: Tensor, own_N: Tensor, asked: str) -> tuple[np.ndarray, ...]:
        """Return the fields of `Judged`."""
        parts_TENX = self._parts(batch, index_N, own_N, asked)
        if (own_N[index_N] >= 0).any():
            parts_TENX = self._unseen(parts_TENX, own_N[index_N])
        above_TENX = self.usual[asked].contributions_TENX(parts_TENX, batch.observed_NX[index_N].numpy())
        score_EN = above_TENX.mean(0).sum(-1)
        return score_EN.mean(0), score_EN.std(0), above_TENX.mean((0, 1)), above_TENX.sum(-1).mean(1).T

    @torch.no_grad()
    def _parts(self, batch: TableBatch, index_N: Tensor, own_N: Tensor, asked: str) -> np.ndarray:
        """Return terms by column (T, E, N, X), from a block filled up to its full length."""
        block = filled(index_N, BLOCK_ROWS)
        reference = self.reference
        rows = Asked.of(batch.take(block), reference.views, reference.members, own_N[block])
        count = reference.members.count
        terms = []
        for name in self._terms(asked):
            parts_ENW = TERMS[name].parts_ENW(reference, rows)[:, : len(index_N)]
            parts_ENX = parts_ENW.new_zeros(*parts_ENW.shape[:2], batch.observed_NX.shape[1])
            parts_ENX.index_add_(2, reference.views.columns_W(), parts_ENW)
            terms.append(parts_ENX.expand(count, -1, -1))
        return torch.stack(terms).double().numpy()

    def _unseen(self, parts_TENX: np.ndarray, own_N: Tensor) -> np.ndarray:
        """Put in every member's place the one that did not see the row."""
        fold_N = torch.where(own_N >= 0, self.draw.fold_R[own_N.clamp_min(0)], -1).numpy()
        rows = np.arange(len(fold_N))
        return np.where((fold_N >= 0)[:, None], parts_TENX[:, fold_N, rows][:, None], parts_TENX)

    def _measure(self, asked: str) -> Usual:
        """Learn from stored rows, each judged by what did not see it."""
        rows = self.reference.rows
        own_N = torch.arange(rows.num_rows)
        chosen_N = own_N[:: max(1, rows.num_rows // USUAL_ROWS)]
        parts = [
            self._unseen(self._parts(rows, index_N, own_N, asked), index_N)[:, 0]
            for index_N in torch.split(chosen_N, BLOCK_ROWS)
        ]
        additive_T = np.asarray([TERMS[name].additive for name in self._terms(asked)])
        observed_NX = rows.observed_NX[chosen_N].numpy()
        return Usual.fit(np.concatenate(parts, axis=1), observed_NX, additive_T)

    def _own(self, batch: TableBatch) -> Tensor:
        """Return where each row stands among the stored ones, -1 where it does not."""
        self.draw.require(batch, self.reference.rows)
        own_N = torch.full((batch.num_rows,), -1)
        own_N[self.draw.position_R] = torch.arange(len(self.draw.position_R))
        return own_N

    def _without_rows(self) -> Self:
        none = self.reference.rows.rows(0, 0)
        reference = Reference(self.reference.views, self.reference.members, self.reference.spreads, none)
        return type(self)(self.config, self.draw, reference, self.usual)
