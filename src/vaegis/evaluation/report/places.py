"""Under which topic a table or a drawn figure stands."""

from collections.abc import Sequence
from typing import Final

PLACES: Final = {
    "injected_faults": "detection",
    "conformal": "detection",
    "pvalues": "detection",
    "columns": "reconstruction",
    "density": "reconstruction",
    "slices": "reconstruction",
    "worst_rows": "reconstruction",
    "factor_importance": "latent",
    "seed_agreement": "latent",
    "interpolation": "latent",
    "size_curve": "latent",
    "traversal": "latent",
    "augmentation": "synthetic",
    "marginals": "synthetic",
    "pair_": "synthetic",
    "rules": "synthetic",
    "utility": "synthetic",
    "bundle_holdings": "privacy",
}
"""Beginning of a name -> topic, where the name does not begin with the topic itself."""


def place_of(name: str, topics: Sequence[str]) -> str:
    """Return the topic of a name: as told, or the one that it begins with, or the last; empty without topics."""
    told = next((topic for start, topic in PLACES.items() if name.startswith(start) and topic in topics), "")
    return told or next((topic for topic in topics if name.startswith(topic)), topics[-1] if topics else "")
