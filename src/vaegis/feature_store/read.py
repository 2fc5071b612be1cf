"""Read the rows of one view's source through Feast's offline store, before any join."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import pyarrow as pa

if TYPE_CHECKING:
    from feast import FeatureStore, FeatureView

UTC: Final = pa.timestamp("us", tz="UTC")


def read_view(
    store: "FeatureStore",
    view: "FeatureView",
    keys: Sequence[str],
    features: Sequence[str],
    start: datetime | None,
    end: datetime | None,
) -> pa.Table:
    """Return every source row with start <= time <= end: keys, times (as UTC) and features under the view's names."""
    from feast.infra.offline_stores.offline_utils import get_offline_store_from_config  # noqa: PLC0415

    source = view.batch_source
    in_file = {new: old for old, new in source.field_mapping.items()}
    time, created = source.timestamp_field, source.created_timestamp_column or None
    job = get_offline_store_from_config(store.config.offline_store).pull_all_from_table_or_query(
        config=store.config,
        data_source=source,
        join_key_columns=[in_file.get(name, name) for name in keys],
        feature_name_columns=[in_file.get(name, name) for name in features],
        timestamp_field=time,
        created_timestamp_column=created,
        start_date=start,
        end_date=end,
    )
    table = job.to_arrow()
    table = table.rename_columns([source.field_mapping.get(name, name) for name in table.column_names])
    for name in filter(None, (time, created)):
        table = table.set_column(table.column_names.index(name), name, table[name].cast(UTC))
    return table
