"""Stage `reference`: what the candidate's rows look like, as sums that travel with the version for monitoring."""

from vaegis import paths
from vaegis.config.load import load_section
from vaegis.config.reference import ReferenceConfig
from vaegis.config.split import SplitConfig
from vaegis.fitted.model import FittedModel
from vaegis.monitoring.arrivals import count_missing
from vaegis.monitoring.reference import make_reference, read_reference_rows
from vaegis.stage import run_stage


def main() -> None:
    """Sum up the rows of training, validation and calibration; missing cells as they came, before validation."""
    model = FittedModel.load(paths.CANDIDATE)
    split = load_section("split", SplitConfig)
    rows, held_N = read_reference_rows(paths.CLEAN_ROWS, model.schema, split)
    reference = make_reference(model, rows, held_N, load_section("reference", ReferenceConfig))
    arrived, _ = read_reference_rows(paths.PULLED_ROWS, model.schema, split)
    count_missing(reference, model.schema, arrived).save(paths.MODEL_REFERENCE)


if __name__ == "__main__":
    run_stage("reference", main)
