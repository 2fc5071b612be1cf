"""Section `baseline`."""

from dataclasses import dataclass
from typing import ClassVar

from vaegis.config.train import TrainConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class BaselineConfig(TrainConfig):
    """The deterministic autoencoder that the candidate is compared with: same keys as `train`."""

    section: ClassVar[str] = "baseline"
    kind: str = "autoencoder"
    """A point posterior, no KL; everything else as for the candidate, or the comparison would not be fair."""
