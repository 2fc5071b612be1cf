"""What a project says of a Feast repository that lies elsewhere and stays as it is: further tags, and what it skips."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from vaegis.durable import read_json
from vaegis.errors import DataError

if TYPE_CHECKING:
    from feast import FeatureService, FeatureStore

Tags = Mapping[str, Mapping[str, str]]
"""Name of a view or column to its tags."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlay:
    """The file `contract.json`."""

    views: Tags = field(default_factory=dict)
    """Tags of views, before their own: `spine`, `cadence_seconds`."""
    columns: Tags = field(default_factory=dict)
    """Tags of columns, before their own: `kind`, `role`, `unit`, `min`, `max`, `max_missing`, `level`."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Views and columns (`view:column`) of the service that are not pulled, and why."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file; none means nothing is added.

        Raises:
            DataError: it holds something else.
        """
        if not path.exists():
            return cls()
        record, known = read_json(path), [item.name for item in fields(cls)]
        unknown = sorted(set(record) - set(known)) if isinstance(record, dict) else ["no names"]
        if unknown:
            raise DataError(f"{path} holds {unknown[0]}", allowed=", ".join(known), where=str(path))
        return cls(**record)

    def to_json(self) -> dict[str, Any]:
        """Return the file's content."""
        return {item.name: dict(getattr(self, item.name)) for item in fields(self)}


def narrow(store: "FeatureStore", service: "FeatureService", overlay: Overlay) -> "FeatureService":
    """Take what is left out off the service, in the registry of `store` alone.

    Raises:
        DataError: nothing remains.
    """
    if not overlay.left_out:
        return service
    kept = []
    for projection in service.feature_view_projections:
        if projection.name not in overlay.left_out:
            names = [item for item in projection.features if f"{projection.name}:{item.name}" not in overlay.left_out]
            projection.features = names
            kept += [projection] if names else []
    if not kept:
        raise DataError(f"{service.name}: everything is left out", where="feature_repo/contract.json: left_out")
    service.feature_view_projections = kept
    store.registry.apply_feature_service(service, store.project)
    return service
