"""Section `publish`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishConfig:
    """What the feature store is given of what the champion makes of rows."""

    after_promotion: bool = True
    """Stage `publish` gives the validated rows back; false: only `vaegis publish` does."""
    online: bool = True
    """Each entity's newest row goes online, too; false: rows go offline alone, and what is online stays as it is."""
