"""Section `reference`: what a version carries of the rows it was trained on, for monitoring."""

from dataclasses import dataclass

from vaegis.config.checks import within


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferenceConfig:
    """How finely the rows are summarised; only sums over days (or over groups of rows) are kept, no row."""

    seed: int = 0
    bins: int = 16
    """Bins of a number's histogram, cut at its quantiles, 4 to 64."""
    frequencies: int = 64
    """Random frequencies of the latent embedding (MMD); more: less noise, a larger file."""
    min_level_rows: int = 10
    """Levels of a category with fewer rows are counted as `other`: a rare name may point to somebody."""

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        within("reference.bins", self.bins, 4, 64)
        within("reference.frequencies", self.frequencies, 8, 1024)
        within("reference.min_level_rows", self.min_level_rows, 1)
