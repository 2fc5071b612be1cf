"""What a machine without vaegis must install to load the registered model."""

from importlib.metadata import version
from typing import Final

PACKAGES: Final = ("mlflow", "numpy", "omegaconf", "pandas", "pyarrow", "safetensors", "torch")
"""The import closure of `served.py`, and pyarrow for the Parquet that MLflow and its users hand over."""
OF_PRIOR: Final = {"flow": ("zuko",)}
"""What a prior needs besides, by `train.prior`."""


def pinned_requirements(prior: str = "normal") -> list[str]:
    """Return the installed versions as pins; a build tag such as torch's `+cpu` is not a version one can ask for."""
    return [f"{name}=={version(name).partition('+')[0]}" for name in (*PACKAGES, *OF_PRIOR.get(prior, ()))]
