"""What a rule answers when asked for the kind of a column."""

from dataclasses import dataclass
from typing import Final

LEARNABLE: Final = 5.0
"""A level must occur so often on average to be learnt as a category."""


@dataclass(frozen=True, slots=True)
class KindGuess:
    """A kind, how sure, why; and whether the column can be modelled at all."""

    kind: str
    confidence: float
    reason: str
    is_feature: bool = True
