"""What `vaegis publish` costs beside scoring the same rows alone, and its online write beside Feast's.

    python -m benchmarks.publish BUNDLE ROWS.parquet [--online '{type: redis, connection_string: "127.0.0.1:6379"}']

Rounds in turns: scores, p-values and latents of the rows and nothing else; the same written offline for the first time;
again, when nothing changes. Then online: rows that are an entity each, through `publish` and by a bare
`write_to_online_store` of one frame. Stores lie in a temporary folder; `--online` says where else rows are put online.
"""

import argparse
import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from vaegis.contract import TableSchema
from vaegis.feature_store.lean import import_feast
from vaegis.feature_store.merge import merge
from vaegis.feature_store.publish import publish, service_name
from vaegis.feature_store.repository import open_store
from vaegis.fitted.model import FittedModel
from vaegis.serving.latents import parts_of, write_latents
from vaegis.serving.pieces import Pieces

ROUNDS, ENTITIES, VERSION = 3, 50_000, "bench/1"
SQLITE = "{type: sqlite, path: ../online_store.db}"
SETTINGS = """\
project: bench
provider: local
registry: {registry_type: sql, path: "sqlite:///${PWD}/registry.db"}
online_store: %s
offline_store: {type: vaegis.feature_store.asof.AsofOfflineStore}
entity_key_serialization_version: 3
"""


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds of CPU and of wall time."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def alone(model: FittedModel, pieces: Pieces) -> None:
    """Score and encode every piece; write nothing."""
    for _, frame in pieces.read([column.name for column in model.schema.inputs]):
        model.read(frame)


def offline(model: FittedModel, pieces: Pieces, folder: Path) -> str:
    """Write the rows as the command does, without Feast, and return the digest of the file."""
    file = folder / service_name(model.schema) / "bench.parquet"
    parts = parts_of(model, pieces, VERSION, file.parent)
    with parts.until_used():
        write_latents(model, pieces, VERSION, parts)
        merge(file, parts.files(pieces.count), [*model.schema.keys, model.schema.time])
    return hashlib.sha256(file.read_bytes()).hexdigest()


def singles(made: Path, schema: TableSchema, folder: Path) -> Path:
    """Write rows of what was published, each with a key of its own."""
    table = pq.ParquetFile(made)
    frame = next(table.iter_batches(ENTITIES)).to_pandas().drop(columns="created_timestamp")
    key = schema.column(schema.keys[0])
    frame[key.name] = [str(n) for n in range(len(frame))] if key.dtype == "string" else range(len(frame))
    frame.to_parquet(folder / "singles.parquet", index=False)
    return folder / "singles.parquet"


def online(rows: Path, schema: TableSchema, folder: Path, store_settings: str) -> dict[str, tuple[float, float]]:
    """Return the times of a publish of entities, and of Feast's own call with one frame of them."""
    repository = folder / "repository"
    repository.mkdir()
    (repository / "feature_store.yaml").write_text(SETTINGS % store_settings)
    import_feast()
    open_store(repository)
    through = timed(lambda: publish(repository, None, schema, [rows], VERSION, folder / "published"))
    store = open_store(folder / "published")
    frame = pd.read_parquet(rows).assign(created_timestamp=pd.Timestamp.now("UTC"))
    frame[schema.time] += pd.Timedelta(seconds=1)  # Redis passes over what is not newer
    bare = timed(lambda: store.write_to_online_store(service_name(schema), frame))
    return {f"{len(frame):,} entities published": through, "the same by a bare write_to_online_store": bare}


def rates(rows: int, times: Sequence[tuple[float, float]]) -> str:
    """Return rows a second of the median round."""
    cpu, wall = (statistics.median(one) for one in zip(*times, strict=True))
    return f"{cpu:6.2f} CPU s, {rows / cpu:>9,.0f} rows a CPU second, {rows / wall:>9,.0f} rows/s of wall time"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("bundle", type=Path)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--online", default=SQLITE, help="online_store of feature_store.yaml")
    given = parser.parse_args()
    model, pieces = FittedModel.load(given.bundle), Pieces.of(given.rows)
    alone(model, pieces)
    told: dict[str, list[tuple[float, float]]] = {"scored alone": [], "published offline": [], "published again": []}
    digests: list[set[str]] = []
    with tempfile.TemporaryDirectory() as name:
        for number in range(ROUNDS):
            folder, seen = Path(name, str(number)), []
            told["scored alone"].append(timed(lambda: alone(model, pieces)))
            for way in ("published offline", "published again"):
                told[way].append(timed(lambda: seen.append(offline(model, pieces, folder))))  # noqa: B023
            digests.append(set(seen))
        made = Path(name, "0", service_name(model.schema), "bench.parquet")
        lines = online(singles(made, model.schema, Path(name)), model.schema, Path(name), given.online)
    for way, times in told.items():
        print(f"{pieces.total:,} rows {way}: {rates(pieces.total, times)}")
    ratios = [one[0] / two[0] for one, two in zip(told["scored alone"], told["published offline"], strict=True)]
    print(f"scoring is {min(ratios):.2f} / {statistics.median(ratios):.2f} / {max(ratios):.2f} of publishing offline")
    print(f"the second time left the same bytes: {all(len(seen) == 1 for seen in digests)}")
    for way, times in lines.items():
        print(f"{way}: {rates(min(ENTITIES, pieces.total), [times])}")


if __name__ == "__main__":
    main()
