"""Section `promote`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class PromoteConfig:
    """By which policy a version becomes champion."""

    policy: str = "policy.yaml"
    """File of gates."""
    notify: str = ""
    """Who is told when the champion changes or a version is revoked: a web address that takes a POST of JSON, or a
    command that reads it from its standard input; empty: nobody. How it went: .scratch/notify.log."""
