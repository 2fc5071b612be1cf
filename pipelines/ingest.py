"""Stage `ingest`: a demo source out of its pinned artifact, or a file, into the Parquet store that Feast reads."""

from vaegis import paths
from vaegis.config.checks import one_of
from vaegis.config.ingest import IngestConfig
from vaegis.config.load import load_section
from vaegis.data.sources import SOURCES
from vaegis.data.sources.ingest import ingest
from vaegis.data.sources.ingest_file import ingest_file
from vaegis.durable import write_json
from vaegis.stage import run_stage


def main() -> None:
    """Fill the store; a project with a feature store of its own sets `source: none`."""
    config = load_section("ingest", IngestConfig)
    one_of("ingest.source", config.source, [*SOURCES, "file", "none"])
    paths.FEAST_STATE.mkdir(parents=True, exist_ok=True)
    if config.source == "none":
        record = {"source": "none"}
    elif config.source == "file":
        record = ingest_file(config.path, paths.FEATURE_REPO, paths.STORE, paths.STORE_RECEIPT)
    else:
        record = ingest(SOURCES[config.source], paths.STORE, paths.STORE_RECEIPT)
    write_json(paths.INGESTED, record)


if __name__ == "__main__":
    run_stage("ingest", main)
