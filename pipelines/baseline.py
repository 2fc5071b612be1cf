"""Stage `baseline`: the deterministic autoencoder that the candidate is compared with, by the same code."""

from vaegis import paths
from vaegis.config.baseline import BaselineConfig
from vaegis.config.load import load_section
from vaegis.config.model import ModelConfig
from vaegis.config.split import SplitConfig
from vaegis.fitted.stage import stage_key, train_stage
from vaegis.registry.sender import open_sink
from vaegis.stage import run_stage


def main() -> None:
    """Train, stream curves to the tracker, write the bundle."""
    config, split = ModelConfig.plain(load_section("baseline", BaselineConfig)), load_section("split", SplitConfig)
    key = stage_key("baseline", config, split)
    with open_sink("baseline", key) as sink:
        train_stage(key, config, split, sink, bundle=paths.BASELINE, history=paths.BASELINE_HISTORY, served=False)


if __name__ == "__main__":
    run_stage("baseline", main)
