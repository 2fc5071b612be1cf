"""The spine: the one view of a service whose keys and times make the rows, read from its source before any join."""

# ruff: noqa: S608 - every identifier in SQL is quoted

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from vaegis.errors import DataError
from vaegis.feature_store.overlay import Tags
from vaegis.feature_store.read import UTC, read_view
from vaegis.feature_store.scan import quoted, run

if TYPE_CHECKING:
    from feast import FeatureService, FeatureStore, FeatureView

_DUMMY: Final = "__dummy"


class NoRowsError(DataError):
    """The store holds no rows in the time span asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spine:
    """Say what makes a row."""

    view: str
    keys: tuple[str, ...]
    """Join keys of the view's own entities: with the time they name a row."""
    carried: tuple[str, ...]
    """Join keys of the service's other entities, which the spine's source must hold too; a null one matches nothing."""
    entities: Mapping[str, str]
    """Entity of each key."""
    time: str
    created: str
    features: tuple[str, ...]
    cadence_seconds: float | None
    """Tag `cadence_seconds` of the view; None where rows are irregular."""


def find_spine(store: "FeatureStore", service: "FeatureService", beside: Tags | None = None) -> Spine:
    """Find the view tagged `spine: "true"` (or the only view) and the keys that all views of the service need.

    `beside` holds further tags of views, which come before their own.
    """
    on_demand = {view.name for view in store.list_on_demand_feature_views()}
    names = [item.name for item in service.feature_view_projections if item.name not in on_demand]
    views = {name: store.get_feature_view(name) for name in names}
    tags = {name: {**view.tags, **(beside or {}).get(name, {})} for name, view in views.items()}
    spines = [name for name in views if tags[name].get("spine") == "true"]
    if not spines and len(views) == 1:
        spines = names
    if len(spines) != 1:
        what = f"{service.name}: {len(spines)} views bear the tag spine"
        raise DataError(what, allowed=f"one of {', '.join(names)}", where='tags={"spine": "true"} in feature_repo/')
    view = views[spines[0]]
    own = _join_keys(store, view)
    others = {key: name for item in views.values() for key, name in _join_keys(store, item).items() if key not in own}
    return Spine(
        view=view.name,
        keys=tuple(own),
        carried=tuple(others),
        entities=own | others,
        time=view.batch_source.timestamp_field,
        created=view.batch_source.created_timestamp_column or "",
        features=tuple(field.name for field in view.features),
        cadence_seconds=_cadence(view.name, tags[view.name]),
    )


def read_spine(store: "FeatureStore", spine: Spine, start: datetime | None, end: datetime | None) -> pa.Table:
    """Return every source row with start <= time < end: keys, time, created, features; nothing joined or dropped.

    Raises:
        NoRowsError: there are no rows.
        DataError: there are rows without a key of their own.
    """
    view = store.get_feature_view(spine.view)
    table = read_view(store, view, (*spine.keys, *spine.carried), spine.features, start, end)
    return _checked(table, spine, end)


def _checked(table: pa.Table, spine: Spine, end: datetime | None) -> pa.Table:
    times = [name for name in (spine.time, spine.created) if name]
    if end is not None:
        table = table.filter(pc.less(table[spine.time], pa.scalar(end, UTC)))
    if table.num_rows == 0:
        raise NoRowsError(
            f"view {spine.view} holds no rows in the range asked for",
            where="params.yaml: pull.start and pull.end, or the source",
        )
    for name in spine.keys:
        if nulls := table[name].null_count:
            raise DataError(
                f"view {spine.view}: {nulls} rows have no {name}", allowed="no null keys", where="the source"
            )
    names = [*spine.keys, *times[:1], *spine.carried, *times[1:], *spine.features]
    return table.select(names)


def sample_days(table: pa.Table, spine: Spine, max_rows: int) -> pa.Table:
    """Keep about `max_rows` rows (0: all): whole UTC days, evenly spread over the span, every entity's rows of them."""
    if max_rows == 0 or table.num_rows <= max_rows:
        return table
    days = pc.floor_temporal(table[spine.time], unit="day")
    offered = sorted(pc.unique(days).to_pylist())
    wanted = min(len(offered), max(1, round(max_rows * len(offered) / table.num_rows)))
    chosen = [offered[int((position + 0.5) * len(offered) / wanted)] for position in range(wanted)]
    return table.filter(pc.is_in(days, pa.array(chosen, UTC)))


def entity_rows(table: pa.Table, spine: Spine) -> pa.Table:
    """Return each key and time once, sorted; where a twin differs in a carried key, the newest created row wins."""
    created = [f"{quoted(spine.created)} DESC NULLS LAST"] if spine.created else []
    order = ", ".join([*created, *map(quoted, spine.carried)]) or "1"
    columns = _names([*spine.keys, spine.time, *spine.carried])
    first = f"QUALIFY row_number() OVER (PARTITION BY {_row(spine)} ORDER BY {order}) = 1"
    return run(f"SELECT {columns} FROM t {first} ORDER BY {_row(spine)}", t=table)


def source_keys(table: pa.Table, spine: Spine) -> pa.Table:
    """Return keys and time of every source row, sorted, twins included."""
    return run(f"SELECT {_row(spine)} FROM t ORDER BY {_row(spine)}", t=table)


def duplicates(table: pa.Table, spine: Spine) -> pa.Table:
    """Return every source row whose keys and time occur more than once, all columns, sorted."""
    twins = f"QUALIFY count(*) OVER (PARTITION BY {_row(spine)}) > 1"
    return run(f"SELECT * FROM t {twins} ORDER BY {_row(spine)}, {_names(table.column_names)}", t=table)


def _row(spine: Spine) -> str:
    return _names([*spine.keys, spine.time])


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))


def _join_keys(store: "FeatureStore", view: "FeatureView") -> dict[str, str]:
    return {store.get_entity(name).join_key: name for name in view.entities if name != _DUMMY}


def _cadence(view: str, tags: Mapping[str, str]) -> float | None:
    value = tags.get("cadence_seconds", "")
    if not value:
        return None
    try:
        return float(value)
    except ValueError:
        raise DataError(
            f"view {view}: tag cadence_seconds is {value!r}", allowed="a number", where="feature_repo/"
        ) from None
