"""Reference curves y(x) that a repository declares: drawn, scored as a rule, and compared with generated rows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import TableSchema
from vaegis.durable import read_json
from vaegis.errors import ConfigError

MIN_ROWS: Final = 20
"""Rows that a bin of a curve needs to count."""
MAD_TO_STD: Final = 1.4826
"""Median absolute deviation of a Gaussian to its standard deviation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """One declared curve: the typical `y` in bins of `x`."""

    name: str
    x: str
    y: str
    bin_width: float
    """In the unit of `x`."""

    def __post_init__(self) -> None:
        """Refuse a bin without width."""
        if not self.bin_width > 0:
            what = f"reference {self.name!r}: bin_width is {self.bin_width}"
            raise ConfigError(what, allowed="above 0", where="feature_repo/references.json")

    def bins(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the bin number of each row, (N,); NaN where `x` is missing."""
        return np.asarray(np.floor(frame[self.x].to_numpy(dtype=np.float64) / self.bin_width))

    def curve(self, frame: pd.DataFrame, min_rows: int = MIN_ROWS) -> pd.DataFrame:
        """Return x (centre of the bin), median, spread (robust std) and rows, indexed by bin; thin bins left out."""
        table = pd.DataFrame({"bin": self.bins(frame), "y": frame[self.y].to_numpy(dtype=np.float64)}).dropna()
        middle = table.groupby("bin")["y"].transform("median")
        table["deviation"] = (table["y"] - middle).abs()
        grouped = table.groupby("bin")
        curve = pd.DataFrame(
            {
                "x": (grouped["y"].first().index.to_numpy() + 0.5) * self.bin_width,
                "median": grouped["y"].median(),
                "spread": grouped["deviation"].median() * MAD_TO_STD,
                "rows": grouped.size(),
            }
        )
        return curve[curve["rows"] >= min_rows]


def load_references(path: Path, schema: TableSchema) -> tuple[Reference, ...]:
    """Read the declared curves; a missing file means none, a column outside the contract is an error."""
    if not path.exists():
        return ()
    allowed = "a list of {name, x, y, bin_width}"
    try:
        references = tuple(Reference(**record) for record in read_json(path))
    except TypeError as error:
        raise ConfigError(f"{path}: {error}", allowed=allowed, where=str(path)) from None
    for reference in references:
        for name in (reference.x, reference.y):
            if schema.column(name).kind not in ("numeric", "count", "angle"):
                what = f"reference {reference.name!r}: column {name!r} is not a number"
                raise ConfigError(what, allowed="numeric, count or angle columns", where=str(path))
    return references
