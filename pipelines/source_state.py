"""Stage `source_state`: what the store offers now, as a stable fingerprint that everything later depends on."""

from vaegis import paths
from vaegis.config.load import load_section
from vaegis.config.source_state import SourceStateConfig
from vaegis.durable import write_json
from vaegis.feature_store.state import fingerprint
from vaegis.stage import run_stage


def main() -> None:
    """Look at the store without opening Feast."""
    config = load_section("source_state", SourceStateConfig)
    write_json(paths.SOURCE_STATE, fingerprint(config.folders, config.definitions))


if __name__ == "__main__":
    run_stage("source_state", main)
