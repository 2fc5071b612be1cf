"""Stage `evaluate`: what the candidate and its deterministic twin are worth, as files."""

from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.load import load_section
from vaegis.config.split import SplitConfig
from vaegis.evaluation.evaluate import evaluate_models
from vaegis.stage import run_stage


def main() -> None:
    """Measure both models on the same held-out rows and faults."""
    evaluate_models(load_section("evaluate", EvaluateConfig), load_section("split", SplitConfig))


if __name__ == "__main__":
    run_stage("evaluate", main)
