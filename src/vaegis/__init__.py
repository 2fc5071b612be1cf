"""Vaegis: from a table in a feature store to a governed variational autoencoder.

`fit` and `load` are found on first use, so that `import vaegis` loads no torch, mlflow, lightning or feast; their types
are in `__init__.pyi`.
"""

from importlib import import_module
from typing import Any

# Not asked of the installed package: this code also runs from inside a logged model, where nothing is installed.
__version__ = "0.1.0"
__all__ = ["__version__", "fit", "load"]


def __getattr__(name: str) -> Any:
    if name in ("fit", "load"):
        return getattr(import_module("vaegis.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
