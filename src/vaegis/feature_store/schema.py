"""The contract of a table, read from Feast: types, descriptions and tags of a service, keys and time of its spine."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.errors import DataError
from vaegis.feature_store.overlay import Overlay
from vaegis.feature_store.spine import Spine
from vaegis.feature_store.tags import column_tags

if TYPE_CHECKING:
    from feast import FeatureService, FeatureStore

_DTYPES: Final = {
    "FLOAT": "float64",
    "DOUBLE": "float64",
    "INT32": "int64",
    "INT64": "int64",
    "STRING": "string",
    "BOOL": "bool",
    "UNIX_TIMESTAMP": "timestamp",
}
_KINDS: Final = {
    "float64": "numeric",
    "int64": "numeric",
    "string": "category",
    "bool": "binary",
    "timestamp": "time",
}
_TAGS: Final = "the tags in feature_repo/"


def table_schema(
    store: "FeatureStore", service: "FeatureService", spine: Spine, overlay: Overlay | None = None
) -> TableSchema:
    """Describe what the service delivers: keys, time, other entities' keys, then its features in order.

    Tags of the overlay come before those of the definitions; an empty one takes a tag away.
    """
    beside = overlay.columns if overlay else {}
    columns = [_key_column(store, spine, name, role="key") for name in spine.keys]
    columns.append(ColumnSpec(name=spine.time, dtype="timestamp", kind="time", role="time", max_missing=0.0))
    columns += [_key_column(store, spine, name, role="context") for name in spine.carried]
    derived_by, derived = "", []
    on_demand = {view.name: view for view in store.list_on_demand_feature_views()}
    for projection in service.feature_view_projections:
        view = on_demand.get(projection.name)
        for field in projection.features:
            tags = column_tags(field, view)
            tags = {name: value for name, value in {**tags, **beside.get(field.name, {})}.items() if value}
            columns.append(_column(field.name, field.dtype, tags, field.description, projection.name))
        if view and "derived_by" in view.tags:
            derived_by = view.tags["derived_by"]
            derived += [field.name for field in projection.features]
    return TableSchema(
        service=service.name,
        columns=tuple(columns),
        cadence_seconds=spine.cadence_seconds,
        derived_by=derived_by,
        derived=tuple(derived),
    )


def feast_dtype(name: str, dtype: Any) -> str:
    """Translate a Feast type into one of the contract's.

    Raises:
        DataError: the contract has no such type (arrays, bytes).
    """
    known = _DTYPES.get(dtype.to_value_type().name)
    if known is None:
        raise DataError(f"column {name}: type {dtype}", allowed=", ".join(sorted(_DTYPES)), where="feature_repo/")
    return known


def _key_column(store: "FeatureStore", spine: Spine, name: str, *, role: str) -> ColumnSpec:
    entity = store.get_entity(spine.entities[name])
    dtype = _DTYPES.get(entity.value_type.name, "string")
    missing = _number(name, entity.tags, "max_missing") or 0.0
    return ColumnSpec(
        name=name, dtype=dtype, kind="identifier", role=role, max_missing=missing, description=entity.description
    )


def _column(name: str, dtype: Any, tags: Mapping[str, str], description: str, view: str) -> ColumnSpec:
    known = feast_dtype(name, dtype)
    missing = _number(name, tags, "max_missing")
    return ColumnSpec(
        name=name,
        dtype=known,
        kind=tags.get("kind", _KINDS[known]),
        role=tags.get("role", "feature"),
        unit=tags.get("unit", ""),
        minimum=_number(name, tags, "min"),
        maximum=_number(name, tags, "max"),
        max_missing=1.0 if missing is None else missing,
        level=_words(tags, "level"),
        description=description or tags.get("description", ""),
        view=view,
        likelihood=tags.get("likelihood", ""),
        transform=tags.get("transform", ""),
        order=_words(tags, "order"),
    )


def _words(tags: Mapping[str, str], tag: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in tags.get(tag, "").split(",") if part.strip())


def _number(column: str, tags: Mapping[str, str], tag: str) -> float | None:
    value = tags.get(tag, "")
    if not value:
        return None
    try:
        return float(value)
    except ValueError:
        raise DataError(f"column {column}: tag {tag} is {value!r}", allowed="a number", where=_TAGS) from None
