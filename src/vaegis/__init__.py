"""Vaegis: from a table in a feature store to a governed variational autoencoder.

Names are found on first use, so that `import vaegis` loads no torch, mlflow, lightning or feast; their types
are in `__init__.pyi`.
"""

from importlib import import_module
from typing import Any

# Not asked of the installed package: this code also runs from inside a logged model, where nothing is installed.
__version__ = "0.1.0"
__all__ = ["TableVAE", "__version__", "fit", "load", "rank"]
_HOMES = {"fit": "vaegis.api", "load": "vaegis.api", "rank": "vaegis.api", "TableVAE": "vaegis.estimator"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
