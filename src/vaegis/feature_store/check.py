"""Compare what a service declares with what its sources hold, before anything is joined."""

from typing import TYPE_CHECKING, Any, Final

from vaegis.errors import DataError
from vaegis.feature_store.schema import feast_dtype

if TYPE_CHECKING:
    from feast import FeatureService, FeatureStore, FeatureView

_ACCEPTED: Final = {
    "float64": ("DOUBLE", "FLOAT", "INT32", "INT64"),
    "int64": ("INT32", "INT64"),
    "string": ("STRING",),
    "bool": ("BOOL",),
    "timestamp": ("UNIX_TIMESTAMP",),
}
_WHOLE: Final = ("INT32", "INT64")


def check_sources(store: "FeatureStore", service: "FeatureService") -> None:
    """Refuse a service that asks a source for columns it does not hold, or of another type.

    Raises:
        DataError: names the view, the column, and what there is instead.
    """
    on_demand = {view.name for view in store.list_on_demand_feature_views()}
    for projection in service.feature_view_projections:
        if projection.name not in on_demand:
            _check_view(store, store.get_feature_view(projection.name), projection.features)


def _check_view(store: "FeatureStore", view: "FeatureView", features: Any) -> None:
    source = view.batch_source
    held = _columns(store, source)
    in_file = {new: old for old, new in source.field_mapping.items()}
    named = _keys_and_times(store, view)
    for name in [*named, *(field.name for field in features)]:
        if in_file.get(name, name) not in held:
            what = f"view {view.name}: column {in_file.get(name, name)!r} is not in its source {source.name}"
            raise DataError(what, allowed=", ".join(held), where="feature_repo/ or the source")
    translate = source.source_datatype_to_feast_value_type()
    for name, wanted in named.items():
        raw = held[in_file.get(name, name)]
        accepted = _WHOLE if wanted in _WHOLE else (wanted,)
        # A column without any value has the type null: what is missing is said when rows are read.
        if wanted != "UNKNOWN" and _known(translate, raw) not in (None, "NULL", *accepted):
            what = f"view {view.name}: column {name!r} must be {wanted}, its source {source.name} holds {raw}"
            raise DataError(what, allowed=wanted, where="the source, or the entity's value_type in feature_repo/")
    for field in features:
        raw = held[in_file.get(field.name, field.name)]
        declared = feast_dtype(field.name, field.dtype)
        if _known(translate, raw) not in (None, *_ACCEPTED[declared]):
            what = f"view {view.name}: column {field.name!r} is declared {declared}, its source holds {raw}"
            raise DataError(what, allowed=declared, where="the field's dtype in feature_repo/ or the source")


def _keys_and_times(store: "FeatureStore", view: "FeatureView") -> dict[str, str]:
    """Map the columns that name rows to the Feast type they must have."""
    entities = [store.get_entity(name) for name in view.entities if name != "__dummy"]
    stamps = (view.batch_source.timestamp_field, view.batch_source.created_timestamp_column)
    keys = {entity.join_key: str(entity.value_type.name) for entity in entities}
    return keys | {name: "UNIX_TIMESTAMP" for name in stamps if name}


def _columns(store: "FeatureStore", source: Any) -> dict[str, str]:
    try:
        return dict(source.get_table_column_names_and_types(store.config))
    except (OSError, ValueError) as error:  # not there; not Parquet
        raise DataError(
            f"source {source.name} cannot be read ({error})", where="run `dvc repro ingest`, or the source's path"
        ) from None


def _known(translate: Any, raw: str) -> str | None:
    """Name the Feast type of a raw type; None where Feast cannot tell."""
    try:
        return str(translate(raw).name)
    except (KeyError, ValueError, AttributeError, NotImplementedError):
        return None
