"""Stage `monitor`: new rows of the store against what the champion knows. `dvc repro` alone does not run it."""

import logging

from vaegis import paths
from vaegis.stage import run_stage

_log = logging.getLogger(__name__)


def main() -> None:
    """Judge what came since the last time; a warning or an alarm is a result, not an error."""
    from vaegis.monitoring.new_rows import judged  # noqa: PLC0415 - torch: seconds
    from vaegis.monitoring.telling import tell_of  # noqa: PLC0415
    from vaegis.monitoring.watched import open_watch  # noqa: PLC0415

    address, watch = open_watch("", paths.MONITORING)
    records = judged(watch, None, "", "")
    _, untold = tell_of(watch, records, address, paths.MONITORING)
    if untold:
        _log.warning(untold)


if __name__ == "__main__":
    run_stage("monitor", main, waits=True)  # it has no outputs, so two may be at work
