"""A Feast repository as source: read where it is, never written; what its tags do not say is guessed from its rows."""

import contextlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from vaegis import paths
from vaegis.config.pull import PullConfig
from vaegis.contract import ColumnSpec, TableSchema
from vaegis.durable import write_json
from vaegis.errors import DataError
from vaegis.feature_store.overlay import Overlay, narrow
from vaegis.feature_store.pull import pull
from vaegis.feature_store.repository import apply, open_store
from vaegis.feature_store.spine import find_spine
from vaegis.inference.infer import infer
from vaegis.inference.inference import Inference
from vaegis.project.definitions import tags_of
from vaegis.project.layout import pretty
from vaegis.project.service import choose_service, first_overlay, told_tags
from vaegis.project.survey import Survey, survey

if TYPE_CHECKING:
    from feast import FeatureService, FeatureStore

MAX_ROWS: Final = 500_000
"""Rows that are looked at, as whole days."""
_FIELDS: Final = {
    "kind": "kind",
    "role": "role",
    "unit": "unit",
    "min": "minimum",
    "max": "maximum",
    "max_missing": "max_missing",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedRepository:
    """One service of a repository, pulled once."""

    name: str
    folder: Path
    spine: str
    """The view that makes the rows."""
    schema: TableSchema
    overlay: Overlay
    """What the first look adds."""
    told: Mapping[str, Mapping[str, str]]
    """Tags of the definitions."""
    frame: pd.DataFrame
    places: tuple[str, ...]
    """Local files that the sources read."""
    others: tuple[str, ...]
    """Further services."""

    def survey(self, *, time: str | None = None, keys: list[str] | None = None, label: str | None = None) -> Survey:
        """Guess what the tags do not say.

        Raises:
            DataError: the rows are asked to be named by other columns than the repository's own.
        """
        if time not in (None, self.schema.time) or keys not in (None, self.schema.keys):
            own = f"{', '.join(self.schema.keys)} and {self.schema.time}"
            raise DataError("a Feast repository says itself what names its rows", allowed=own, where="--time, --key")
        found = self._infer(label)
        overlay, schema = self._filled(found)
        return survey(
            self.name,
            self.folder,
            f"service {self.schema.service} of the Feast repository {self.folder}",
            self.frame,
            found,
            raw=schema,
            ingest={"source": "none"},
            pull={"repository": str(self.folder)},
            source_state={"folders": list(self.places), "definitions": str(self.folder)},
            definitions={paths.OVERLAY.name: pretty(overlay.to_json())},
        )

    def _infer(self, label: str | None) -> Inference:
        labelled = [column.name for column in self.schema.labels]
        asked = label if label is not None else (labelled[0] if labelled else None)
        notes = [f"left out: {name}, {why}" for name, why in self.overlay.left_out.items()]
        notes += [f"other services: {', '.join(self.others)} (--service)"] * bool(self.others)
        found = infer(self.frame, name=self.name, time=self.schema.time, keys=self.schema.keys, label=asked)
        if found.positive:
            notes.append(f"{found.label} is not 0 and 1: a label needs an on-demand view in the repository")
            found = infer(self.frame, name=self.name, time=self.schema.time, keys=self.schema.keys, label="")
        return replace(found, notes=(*found.notes, *notes))

    def _filled(self, found: Inference) -> tuple[Overlay, TableSchema]:
        """Return the overlay with a tag for everything that was guessed, and the contract that follows."""
        views, tags, schema = dict(self.overlay.views), dict(self.overlay.columns), self.schema
        for column in self.schema.columns:
            if column.view:
                guessed, told = found.guess(column.name).column, self.told.get(column.name, {})
                own = {tag: value for tag, value in tags_of(guessed).items() if tag not in told}
                tags[column.name] = {**tags.get(column.name, {}), **own}
                schema = _with(schema, _guessed(column, guessed, told))
        if found.cadence_seconds and not schema.cadence_seconds:
            views[self.spine] = {**views.get(self.spine, {}), "cadence_seconds": f"{found.cadence_seconds:g}"}
            schema = replace(schema, cadence_seconds=found.cadence_seconds)
        return Overlay(views=views, columns=tags, left_out=self.overlay.left_out), schema


def open_repository(root: Path, name: str, service: str) -> OpenedRepository:
    """Register the definitions of the folder `root` in a place that is thrown away, and pull the service once.

    Raises:
        DataError: the definitions do not load, or the service cannot be pulled.
    """
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        paths.FEAST_STATE.mkdir(parents=True)
        apply(root, paths.FEAST_STATE)
        store = open_store(root, paths.FEAST_STATE)
        chosen, others = choose_service(store, service)
        overlay, told = first_overlay(store, chosen), told_tags(store, chosen)
        places = _places(store, chosen, overlay, root)
        spine = find_spine(store, narrow(store, chosen, overlay), overlay.views).view
        write_json(paths.OVERLAY, overlay.to_json())
        config = PullConfig(repository=str(root), service=chosen.name, max_rows=MAX_ROWS)
        pulled = pull(paths.FEATURE_REPO, config)
    return OpenedRepository(
        name=name,
        folder=root,
        spine=spine,
        schema=pulled.schema,
        overlay=overlay,
        told=told,
        frame=pulled.rows.to_pandas(),
        places=places,
        others=others,
    )


def _places(store: "FeatureStore", service: "FeatureService", overlay: Overlay, root: Path) -> tuple[str, ...]:
    """Name the local files and folders that the service's sources read."""
    on_demand = {view.name for view in store.list_on_demand_feature_views()}
    names = [item.name for item in service.feature_view_projections]
    stored = [name for name in names if name not in on_demand and name not in overlay.left_out]
    found = [getattr(store.get_feature_view(name).batch_source, "path", "") for name in stored]
    local = [root / path for path in found if path and "://" not in path]
    return tuple(sorted({str(path.resolve()) for path in local if path.exists()}))


def _guessed(column: ColumnSpec, guess: ColumnSpec, told: Mapping[str, str]) -> ColumnSpec:
    return replace(column, **{field: getattr(guess, field) for tag, field in _FIELDS.items() if tag not in told})


def _with(schema: TableSchema, column: ColumnSpec) -> TableSchema:
    columns = tuple(column if item.name == column.name else item for item in schema.columns)
    return replace(schema, columns=columns)
