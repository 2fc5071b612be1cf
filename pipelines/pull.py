"""Stage `pull`: register the feature definitions, retrieve one service's history, keep what the source held twice."""

from vaegis import paths
from vaegis.config.load import load_section
from vaegis.config.pull import PullConfig
from vaegis.feature_store.joined import write_joined
from vaegis.feature_store.pull import pull, write_table
from vaegis.stage import run_stage


def main() -> None:
    """Write the pulled tables and their contract."""
    pulled = pull(paths.FEATURE_REPO, load_section("pull", PullConfig))
    write_table(paths.PULLED_ROWS, pulled.rows)
    write_table(paths.PULLED_DUPLICATES, pulled.duplicates)
    write_table(paths.PULLED_SOURCE_KEYS, pulled.source_keys)
    write_table(paths.PULLED_COVERAGE, pulled.coverage)
    write_joined(paths.PULLED_JOINED, pulled.joined)
    pulled.schema.save(paths.SCHEMA)


if __name__ == "__main__":
    run_stage("pull", main)
