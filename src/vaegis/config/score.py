"""Section `score`: how rows are told from usual ones."""

from dataclasses import dataclass
from typing import Final

from vaegis.config.checks import keep_seed, one_of, typed, within

MODES: Final = ("hybrid", "parametric", "elbo")


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreConfig:
    """Which score, and what its detector is fitted on."""

    mode: str = "hybrid"
    """`hybrid`: neighbours and small networks together, the best ranking; `parametric`: the networks alone, no row is
    stored; `elbo`: the fitted model's negative evidence lower bound, nothing else is fitted."""
    members: int = 3
    """Networks of each kind, 2 to 10. Each leaves out one part of the rows, so that every training row has one that
    never saw it; their spread says how sure a score is."""
    reference_rows: int = 20_000
    """Training rows, evenly drawn, that networks learn from and neighbours are sought among, at least 10. The cost of a
    score grows with it; 20,000 rows of 16 columns take 1.3 MB a scale."""
    seed: int = 0
    """Of the draw of rows, of weights and batches."""

    def __post_init__(self) -> None:
        """Refuse values of another type or outside their range."""
        typed("score", self)
        one_of("score.mode", self.mode, MODES)
        within("score.members", self.members, 2, 10)
        within("score.reference_rows", self.reference_rows, 10)
        keep_seed("score", self)
