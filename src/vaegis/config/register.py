"""Section `register`."""

import re
from dataclasses import dataclass

from vaegis.errors import ConfigError


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterConfig:
    """Under which names MLflow keeps runs and versions."""

    model: str = "turbine-vae"
    """Registered model name; the baseline autoencoder's run stands in the same experiment."""

    def __post_init__(self) -> None:
        """Refuse names that MLflow's URIs cannot carry."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", self.model):
            allowed = "letters, digits, '-', '_', '.'"
            raise ConfigError(f"register.model is {self.model!r}", allowed=allowed, where="params.yaml: register.model")
