"""What a feature service offers a table: which of its columns can be pulled, and which view makes the rows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from vaegis.contract import KINDS, ROLES, TRANSFORMS
from vaegis.errors import DataError
from vaegis.feature_store.overlay import Overlay
from vaegis.feature_store.schema import feast_dtype
from vaegis.feature_store.tags import column_tags

if TYPE_CHECKING:
    from feast import FeatureService, FeatureStore

_WORDS: Final = {"kind": KINDS, "role": ROLES, "transform": TRANSFORMS}
_NUMBERS: Final = ("min", "max", "max_missing")
TAGS: Final = (*_WORDS, *_NUMBERS, "unit", "level", "likelihood", "order")
"""The tags of a column that mean something here."""


def choose_service(store: "FeatureStore", name: str) -> tuple["FeatureService", tuple[str, ...]]:
    """Return the service of that name, else the one with most columns to pull, and the names of the others.

    Raises:
        DataError: there is none.
    """
    services = {service.name: service for service in store.list_feature_services()}
    if not services or (name and name not in services):
        what = f"feature service {name!r} is unknown" if name else "the repository defines no feature service"
        raise DataError(what, allowed=", ".join(sorted(services)) or "at least one FeatureService", where="--service")
    chosen = name or max(sorted(services), key=lambda item: _offered(store, services[item]))
    return services[chosen], tuple(sorted(set(services) - {chosen}))


def first_overlay(store: "FeatureStore", service: "FeatureService") -> Overlay:
    """Say what has to be left out, which view makes the rows if nobody has said, and which tags mean nothing here."""
    left_out = dict(_left_out(store, service))
    on_demand = {view.name: view for view in store.list_on_demand_feature_views()}
    kept = [item for item in service.feature_view_projections if item.name not in left_out]
    views = {item.name: store.get_feature_view(item.name) for item in kept if item.name not in on_demand}
    if not views:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out.items())
        raise DataError(f"{service.name}: no view can be pulled ({reasons})", where="--service, or the repository")
    spine = {} if any(view.tags.get("spine") for view in views.values()) else {_finest(views): {"spine": "true"}}
    columns = {}
    for item in kept:
        for field in item.features:
            own = own_tags(on_demand, item.name, field)
            if foreign := {tag: "" for tag, value in own.items() if not _means_something(tag, value)}:
                columns[field.name] = foreign
    return Overlay(views=spine if len(views) > 1 else {}, columns=columns, left_out=left_out)


def told_tags(store: "FeatureStore", service: "FeatureService") -> dict[str, dict[str, str]]:
    """Return, for each column of the service, the tags of the definitions that mean something here."""
    on_demand = {view.name: view for view in store.list_on_demand_feature_views()}
    return {
        field.name: {
            tag: value for tag, value in own_tags(on_demand, item.name, field).items() if _means_something(tag, value)
        }
        for item in service.feature_view_projections
        for field in item.features
    }


def own_tags(on_demand: Mapping[str, Any], view: str, field: Any) -> dict[str, str]:
    """Return the tags of a column that mean something here."""
    return {tag: value for tag, value in column_tags(field, on_demand.get(view)).items() if tag in TAGS}


def _left_out(store: "FeatureStore", service: "FeatureService") -> Mapping[str, str]:
    on_demand = {view.name: view for view in store.list_on_demand_feature_views()}
    stored = {view.name for view in store.list_batch_feature_views()}
    out: dict[str, str] = {}
    for item in service.feature_view_projections:
        if item.name in on_demand:
            if needed := _requested(on_demand[item.name]):
                out[item.name] = f"it needs {', '.join(needed)} with every request"
        elif item.name not in stored:
            out[item.name] = "it is no view over a stored table"
        if item.name not in out:
            out |= {
                f"{item.name}:{field.name}": f"type {field.dtype}" for field in item.features if not _is_known(field)
            }
    return out


def _requested(view: Any) -> list[str]:
    """Name what callers must supply to an on-demand view, event times aside."""
    fields = [field for source in view.source_request_sources.values() for field in source.schema]
    return [field.name for field in fields if feast_dtype_or_none(field) != "timestamp"]


def feast_dtype_or_none(field: Any) -> str | None:
    """Return the contract's type of a field, None where it has no such type."""
    try:
        return feast_dtype(field.name, field.dtype)
    except DataError:
        return None


def _is_known(field: Any) -> bool:
    return feast_dtype_or_none(field) is not None


def _offered(store: "FeatureStore", service: "FeatureService") -> int:
    out = _left_out(store, service)
    kept = [item for item in service.feature_view_projections if item.name not in out]
    return sum(f"{item.name}:{field.name}" not in out for item in kept for field in item.features)


def _finest(views: Mapping[str, Any]) -> str:
    """Name the view with most entities, the first of several: its rows are the finest."""
    return max(views, key=lambda name: len(views[name].entities))


def _means_something(tag: str, value: str) -> bool:
    if tag in _WORDS:
        return value in _WORDS[tag]
    if tag in _NUMBERS:
        try:
            float(value)
        except ValueError:
            return False
    return True
