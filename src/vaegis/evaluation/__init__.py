"""What a model is worth. Files in, files out; `compare` holds two versions against each other on the same rows."""

from importlib import import_module
from typing import Any

__all__ = ["compare"]


def __getattr__(name: str) -> Any:
    """Find `compare` on first use: stages that compare nothing do not load it."""
    if name == "compare":
        return import_module("vaegis.evaluation.comparison.compare").compare
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
