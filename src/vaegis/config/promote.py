"""Section `promote`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class PromoteConfig:
    """By which policy a version becomes champion."""

    policy: str = "policy.yaml"
    """File of gates."""
