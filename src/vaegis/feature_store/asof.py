"""A Feast offline store over local Parquet by DuckDB's ASOF JOIN; Feast's own joins are quadratic in a key's history.

Named by class path in feature_store.yaml, so it works for every Feast command and client, not only for this pipeline.
"""

# ruff: noqa: PLR0913, PLR0917, S608 - the signatures are Feast's; every identifier in SQL is quoted

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from feast.data_source import DataSource
from feast.feature_view import DUMMY_ENTITY_ID, DUMMY_ENTITY_VAL, FeatureView
from feast.infra.offline_stores.file_source import FileSource
from feast.infra.offline_stores.offline_store import OfflineStore, RetrievalJob, RetrievalMetadata
from feast.infra.offline_stores.offline_utils import infer_event_timestamp_from_entity_df
from feast.infra.registry.base_registry import BaseRegistry
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.repo_config import FeastConfigBaseModel, RepoConfig
from feast.utils import _get_requested_feature_views_to_features_dict
from pydantic import StrictStr

from vaegis.durable import replacing
from vaegis.errors import DataError
from vaegis.feature_store.join import ENTITY, JoinedView, asof_join
from vaegis.feature_store.scan import ROW, Scan, instant, quoted, relation, run, text, within


class AsofOfflineStoreConfig(FeastConfigBaseModel):
    """Configuration of the store: its class path, nothing else."""

    type: StrictStr = "vaegis.feature_store.asof.AsofOfflineStore"


class AsofRetrievalJob(RetrievalJob):
    """A query that runs when its result is asked for."""

    def __init__(
        self,
        query: str,
        tables: Mapping[str, pa.Table] | None = None,
        *,
        full_feature_names: bool = False,
        on_demand: Sequence[OnDemandFeatureView] = (),
        metadata: RetrievalMetadata | None = None,
    ) -> None:
        self._query = query
        self._tables = dict(tables or {})
        self._full_feature_names = full_feature_names
        self._on_demand = list(on_demand)
        self._metadata = metadata

    @property
    def full_feature_names(self) -> bool:
        """Whether names bear their view's name."""
        return self._full_feature_names

    @property
    def on_demand_feature_views(self) -> list[OnDemandFeatureView]:
        """The views computed from the joined rows."""
        return self._on_demand

    @property
    def metadata(self) -> RetrievalMetadata | None:
        """What was asked for."""
        return self._metadata

    def to_sql(self) -> str:
        """Return the query."""
        return self._query

    def _to_arrow_internal(self, timeout: int | None = None) -> pa.Table:
        return run(self._query, **self._tables)

    def _to_df_internal(self, timeout: int | None = None) -> pd.DataFrame:
        return self._to_arrow_internal(timeout).to_pandas()


class AsofOfflineStore(OfflineStore):
    """Point-in-time joins and scans over `FileSource`s."""

    supports_filter_by_created_timestamp = True

    @staticmethod
    def get_historical_features(
        config: RepoConfig,
        feature_views: list[FeatureView],
        feature_refs: list[str],
        entity_df: pd.DataFrame | str | None,
        registry: BaseRegistry,
        project: str,
        full_feature_names: bool = False,
        filter_by_created_timestamp: bool = False,
        **_unused: Any,
    ) -> RetrievalJob:
        """Join every view to the entity rows, whose number and order stay as they are."""
        if not isinstance(entity_df, pd.DataFrame):
            raise DataError(f"entity_df is {type(entity_df).__name__}", allowed="a pandas DataFrame of keys and times")
        time = infer_event_timestamp_from_entity_df(dict(entity_df.dtypes))
        on_demand = OnDemandFeatureView.get_requested_odfvs(feature_refs, project, registry)
        wanted, _ = _get_requested_feature_views_to_features_dict(feature_refs, feature_views, on_demand)
        views = [
            _joined(view, list(dict.fromkeys(names)), config.repo_path, full=full_feature_names)
            for view, names in wanted.items()
        ]
        columns = [str(name) for name in entity_df.columns]
        _refuse_collisions(columns, views)
        rows = pa.Table.from_pandas(entity_df, preserve_index=False)
        rows = rows.append_column(ROW, pa.array(range(rows.num_rows), pa.int64()))
        times = pd.to_datetime(entity_df[time], utc=True)
        return AsofRetrievalJob(
            asof_join(columns, time, views, known_only=filter_by_created_timestamp),
            {ENTITY: rows},
            full_feature_names=full_feature_names,
            on_demand=on_demand,
            metadata=RetrievalMetadata(feature_refs, sorted(set(columns) - {time}), times.min(), times.max()),
        )

    @staticmethod
    def pull_latest_from_table_or_query(
        config: RepoConfig,
        data_source: DataSource,
        join_key_columns: list[str],
        feature_name_columns: list[str],
        timestamp_field: str,
        created_timestamp_column: str | None,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
    ) -> RetrievalJob:
        """Read the newest row of each key: what materialization writes online."""
        created = created_timestamp_column or ""
        scan = _scan(data_source, config.repo_path, join_key_columns, feature_name_columns, timestamp_field, created)
        keys = f"PARTITION BY {', '.join(map(quoted, scan.keys))} " if scan.keys else ""
        order = f"{instant(scan.time)} DESC, {scan.newest_first}"
        newest = f"QUALIFY row_number() OVER ({keys}ORDER BY {order}) = 1"
        return AsofRetrievalJob(f"{_select(scan)} WHERE {within(scan.time, start_date, end_date)} {newest}")

    @staticmethod
    def pull_all_from_table_or_query(
        config: RepoConfig,
        data_source: DataSource,
        join_key_columns: list[str],
        feature_name_columns: list[str],
        timestamp_field: str,
        created_timestamp_column: str | None = None,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
    ) -> RetrievalJob:
        """Read every row between two instants, both included."""
        created = created_timestamp_column or ""
        scan = _scan(data_source, config.repo_path, join_key_columns, feature_name_columns, timestamp_field, created)
        return AsofRetrievalJob(f"{_select(scan)} WHERE {within(scan.time, start_date, end_date)}")

    @staticmethod
    def offline_write_batch(
        config: RepoConfig,
        feature_view: FeatureView,
        table: pa.Table,
        progress: Callable[[int], Any] | None,
    ) -> None:
        """Append rows to the view's Parquet file, whole or not at all."""
        source = feature_view.batch_source
        path = Path(FileSource.get_uri_for_file_path(config.repo_path, source.path))
        stored = pq.read_table(path)
        in_file = {new: old for old, new in source.field_mapping.items()}
        added = table.rename_columns([in_file.get(name, name) for name in table.column_names])
        merged = pa.concat_tables([stored, added.select(stored.column_names).cast(stored.schema)])
        with replacing(path) as temporary:
            pq.write_table(merged, temporary, compression="zstd")
        if progress:
            progress(table.num_rows)


def _joined(view: FeatureView, features: Sequence[str], base: Path | None, *, full: bool) -> JoinedView:
    source = view.batch_source
    in_file = {new: old for old, new in source.field_mapping.items()}
    keys = [field.name for field in view.entity_columns if field.name != DUMMY_ENTITY_ID]
    renamed = view.projection.join_key_map
    prefix = f"{view.projection.name_to_use()}__" if full else ""
    values = [in_file.get(field.name, field.name) for field in view.features]
    return JoinedView(
        scan=_scan(
            source,
            base,
            [in_file.get(key, key) for key in keys],
            values,
            source.timestamp_field,
            source.created_timestamp_column,
        ),
        entity_keys=[renamed.get(key, key) for key in keys],
        outputs=[(in_file.get(name, name), prefix + name) for name in features],
        ttl=view.ttl,
    )


def _scan(
    source: DataSource, base: Path | None, keys: Sequence[str], values: Sequence[str], time: str, created: str
) -> Scan:
    if not isinstance(source, FileSource):
        raise DataError(
            f"source {source.name} is a {type(source).__name__}", allowed="FileSource", where="offline_store"
        )
    return Scan(relation=relation(source.path, base), keys=keys, time=time, created=created, values=values)


def _select(scan: Scan) -> str:
    names = [quoted(name) for name in dict.fromkeys([*scan.keys, *scan.values])]
    names += [f"{instant(name)} AS {quoted(name)}" for name in (scan.time, scan.created) if name]
    names += [] if scan.keys else [f"{text(DUMMY_ENTITY_VAL)} AS {quoted(DUMMY_ENTITY_ID)}"]
    return f"SELECT {', '.join(names)} FROM {scan.relation}"


def _refuse_collisions(columns: Sequence[str], views: Sequence[JoinedView]) -> None:
    taken = set(columns)
    for name in (name for view in views for _, name in view.outputs):
        if name in taken:
            raise DataError(f"column {name!r} would stand twice in the result", allowed="full_feature_names=True")
        taken.add(name)
