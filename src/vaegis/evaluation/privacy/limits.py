"""Where copies begin to be a leak."""

from typing import Final

COPY_EXCESS: Final = 0.025
"""Share of copies beyond chance that is still accepted: half of what one leaked row in twenty comes to."""
