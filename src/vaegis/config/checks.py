"""Range checks that name the key in params.yaml."""

import math
from collections.abc import Collection

from vaegis.errors import ConfigError


def within(key: str, value: float, low: float, high: float = math.inf, *, above: bool = False) -> None:
    """Refuse a number outside [low, high], or outside (low, high] if `above`."""
    inside = (low < value if above else low <= value) and value <= high
    if not inside:
        bound = f"{'above' if above else 'at least'} {low:g}" + (f", at most {high:g}" if math.isfinite(high) else "")
        raise ConfigError(f"{key} is {value}", allowed=bound, where=f"params.yaml: {key}")


def one_of(key: str, value: str, allowed: Collection[str]) -> None:
    """Refuse a word that is not among `allowed`."""
    if value not in allowed:
        raise ConfigError(f"{key} is {value!r}", allowed=", ".join(sorted(allowed)), where=f"params.yaml: {key}")
