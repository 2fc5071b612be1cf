"""The `vaegis` command: one file per verb; heavy packages are imported by the verb that needs them."""

from vaegis.cli.app import main

__all__ = ["main"]
