"""Stage `admit`: go on with the validated rows, or stop with the list of failures."""

from vaegis import paths
from vaegis.config.admit import AdmitConfig
from vaegis.config.load import load_section
from vaegis.durable import read_json, write_json
from vaegis.quality.verdict import admit
from vaegis.stage import run_stage


def main() -> None:
    """Write the record of admission."""
    config = load_section("admit", AdmitConfig)
    report = read_json(paths.VALIDATION_REPORT)
    write_json(paths.ADMITTED, admit(report, paths.CLEAN_ROWS, config.max_quarantined))


if __name__ == "__main__":
    run_stage("admit", main)
