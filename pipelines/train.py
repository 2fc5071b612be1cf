"""Stage `train`: fit the candidate on admitted rows. With several devices every rank runs this file."""

from vaegis import paths
from vaegis.config.generator import GeneratorConfig
from vaegis.config.load import load_section
from vaegis.config.model import ModelConfig
from vaegis.config.score import ScoreConfig
from vaegis.config.split import SplitConfig
from vaegis.config.train import TrainConfig
from vaegis.fitted.stage import stage_key, train_stage
from vaegis.registry.sender import open_sink
from vaegis.stage import run_stage


def main() -> None:
    """Train, stream curves to the tracker, write the bundle."""
    config = ModelConfig(
        train=load_section("train", TrainConfig),
        score=load_section("score", ScoreConfig),
        generator=load_section("generator", GeneratorConfig),
    )
    split = load_section("split", SplitConfig)
    key = stage_key("train", config, split)
    with open_sink("train", key) as sink:
        train_stage(key, config, split, sink, bundle=paths.CANDIDATE, history=paths.CANDIDATE_HISTORY, served=True)


if __name__ == "__main__":
    run_stage("train", main)
