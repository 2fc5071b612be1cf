"""What one request may ask for: more is refused before it costs anything."""

from dataclasses import dataclass

from vaegis.errors import ConfigError


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Bounds of a request."""

    max_rows: int = 10_000
    """Rows, at least 1."""
    max_bytes: int = 8 * 2**20
    """Length of the body, at least 1 KiB."""
    max_text: int = 1_000
    """Characters of a text cell, at least 1."""
    max_reasons: int = 10
    """Columns named as reasons of a row, at least 1."""
    max_seconds: float = 10.0
    """How long a body may take to arrive, above 0."""

    def __post_init__(self) -> None:
        """Refuse what no request could meet."""
        least = {"max_rows": 1, "max_bytes": 1024, "max_text": 1, "max_reasons": 1, "max_seconds": 1e-3}
        for name, lowest in least.items():
            if getattr(self, name) < lowest:
                where = f"--{name.replace('_', '-')}"
                raise ConfigError(f"{name} is {getattr(self, name)}", allowed=f"at least {lowest:g}", where=where)
