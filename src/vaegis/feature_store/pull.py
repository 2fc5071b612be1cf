"""Everything the pipeline takes from the feature store, in one go: rows, what was doubled, coverage, the contract."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vaegis import paths
from vaegis.config.pull import PullConfig
from vaegis.contract import TableSchema
from vaegis.durable import replacing
from vaegis.errors import ConfigError
from vaegis.feature_store.check import check_sources
from vaegis.feature_store.coverage import coverage
from vaegis.feature_store.joined import read_joined
from vaegis.feature_store.overlay import Overlay, narrow
from vaegis.feature_store.repository import apply, find_service, open_store
from vaegis.feature_store.retrieve import retrieve
from vaegis.feature_store.schema import table_schema
from vaegis.feature_store.spine import duplicates, entity_rows, find_spine, read_spine, sample_days, source_keys

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulled:
    """What a pull delivers."""

    schema: TableSchema
    rows: pa.Table
    """The contract's columns; each key and time once, sorted."""
    duplicates: pa.Table
    """Every source row whose keys and time occur more than once, before the join hides it."""
    source_keys: pa.Table
    """Keys and time of every source row."""
    coverage: pa.Table
    """Per entity and month: expected and missing slots, longest gap."""
    joined: dict[str, pa.Table]
    """What the other views' sources hold, whether or not a row met it."""


def pull(folder: Path, config: PullConfig) -> Pulled:
    """Register the definitions in `folder` and retrieve one service's history.

    Definitions of a repository elsewhere (`config.repository`) are registered in this project, with what
    `folder`/contract.json adds to them; the repository itself is only read.
    """
    start, end = _instant("start", config.start), _instant("end", config.end)
    if start and end and start >= end:
        raise ConfigError(f"pull.start {config.start} is not before pull.end {config.end}", where="params.yaml: pull")
    definitions = Path(config.repository) if config.repository else folder
    state, overlay = paths.FEAST_STATE if config.repository else None, Overlay.load(folder / paths.OVERLAY.name)
    apply(definitions, state)
    store = open_store(definitions, state)
    service = narrow(store, find_service(store, config.service), overlay)
    check_sources(store, service)
    spine = find_spine(store, service, overlay.views)
    schema = table_schema(store, service, spine, overlay)
    source = sample_days(read_spine(store, spine, start, end), spine, config.max_rows)
    entities = entity_rows(source, spine)
    rows = retrieve(store, service, entities, schema)
    _log.info("%s: %d rows from %d source rows", service.name, rows.num_rows, source.num_rows)
    return Pulled(
        schema=schema,
        rows=rows,
        duplicates=duplicates(source, spine),
        source_keys=source_keys(source, spine),
        coverage=coverage(entities, schema),
        joined=read_joined(store, schema, spine, entities),
    )


def write_table(path: Path, table: pa.Table) -> None:
    """Write Parquet atomically; the same table gives the same bytes."""
    with replacing(path) as temporary:
        pq.write_table(table.replace_schema_metadata(None), temporary, compression="zstd")


def _instant(key: str, value: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ConfigError(
            f"pull.{key} is {value!r}", allowed="ISO 8601, e.g. 2014-01-01", where=f"params.yaml: pull.{key}"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
