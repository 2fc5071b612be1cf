"""Rows whose privacy is audited, and the distances that several questions share. N rows, W coordinates."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.evaluation.distance import RowSpace, nearest
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.privacy.keys import row_keys

MIN_ROWS: Final = 50
"""Rows of each kind below which nothing is said."""

Found = TypeVar("Found")
Score = Callable[[pd.DataFrame], np.ndarray]
"""How probable a model holds rows: higher is more probable."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rows that are looked at; of more a sample is drawn. Copies are sought among all rows, whatever these are."""

    asked: int = 5_000
    """Rows of each kind whose nearest neighbours are sought."""
    searched: int = 120_000
    """Rows among which they are sought."""
    cells: int = 8_000_000
    """The same in coordinates: of wide tables fewer rows are searched."""


@dataclass(frozen=True, kw_only=True)
class Material:
    """Generated rows, the rows their generator was fitted on, and rows like those that it never saw."""

    made: pd.DataFrame
    train: pd.DataFrame
    holdout: pd.DataFrame
    columns: Sequence[ColumnSpec]
    train_parts: Callable[[], Iterator[pd.DataFrame]] | None = None
    """Opens a pass over all training rows, where `train` is a sample of them."""
    others: pd.DataFrame | None = None
    """Further real rows that were never trained on: what an attacker compares with. None: half of the holdout."""
    score: Score | None = None
    """A model's log-likelihood or the like, if an attacker has the model too."""
    sizes: Sizes = Sizes()
    seed: int = 0
    found: dict[Callable[["Material"], Any], Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse what nothing can be said of."""
        for name in ("made", "train", "holdout"):
            if (rows := len(getattr(self, name))) < MIN_ROWS:
                what = {"made": "generated", "train": "training", "holdout": "holdout"}[name]
                raise NotComputable(f"there are {rows} {what} rows, and it takes {MIN_ROWS}")

    def once(self, ask: Callable[["Material"], Found]) -> Found:
        """Return `ask(material)`, asked only once."""
        if ask not in self.found:
            self.found[ask] = ask(self)
        found: Found = self.found[ask]
        return found

    @cached_property
    def halves(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return fresh rows to attack, and fresh rows that an attacker may learn from; disjoint."""
        if self.others is not None and len(self.others) >= MIN_ROWS:
            return self.holdout, self.others
        order = np.random.default_rng((self.seed, 1)).permutation(len(self.holdout))
        middle = len(order) // 2
        return self.holdout.iloc[np.sort(order[:middle])], self.holdout.iloc[np.sort(order[middle:])]

    @cached_property
    def space(self) -> RowSpace:
        """Return the scale of distances, learnt from training rows."""
        return RowSpace.fit(self.drawn(self.train, self.sizes.searched, 0), self.columns)

    @cached_property
    def most_searched(self) -> int:
        """Return how many rows are searched, at most."""
        return min(self.sizes.searched, max(MIN_ROWS, self.sizes.cells // self.space.width))

    @cached_property
    def train_keys(self) -> np.ndarray:
        """Return the distinct hashes of the training rows."""
        return np.unique(np.concatenate([row_keys(part, self.columns) for part in self.all_train()]))

    def all_train(self) -> Iterator[pd.DataFrame]:
        """Yield all training rows, some at a time."""
        yield from [self.train] if self.train_parts is None else self.train_parts()

    @cached_property
    def searched_MW(self) -> np.ndarray:
        """Return the training rows among which neighbours are sought."""
        return self.space.points(self.drawn(self.train, self.most_searched, 0))

    @cached_property
    def made_asked(self) -> pd.DataFrame:
        """Return the generated rows that are looked at one by one."""
        return self.drawn(self.made, self.sizes.asked, 2)

    @cached_property
    def fresh_asked(self) -> pd.DataFrame:
        """Return the holdout rows that are looked at one by one."""
        return self.drawn(self.holdout, self.sizes.asked, 3)

    @cached_property
    def made_to_train_N(self) -> np.ndarray:
        """Return the distance of each of those generated rows to its nearest training row."""
        return nearest(self.space.points(self.made_asked), self.searched_MW)[:, 0]

    @cached_property
    def fresh_to_train_N(self) -> np.ndarray:
        """Return the same of the holdout rows: what is usual among rows that nobody copied."""
        return nearest(self.space.points(self.fresh_asked), self.searched_MW)[:, 0]

    def drawn(self, frame: pd.DataFrame, most: int, stream: int) -> pd.DataFrame:
        """Return at most so many rows, drawn at random, in order; the same for the same seed and stream."""
        if len(frame) <= most:
            return frame
        random = np.random.default_rng((self.seed, 2, stream))
        return frame.iloc[np.sort(random.choice(len(frame), most, replace=False))]
