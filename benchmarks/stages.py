"""Wall time, CPU time and peak memory of every stage and of an idle `dvc repro`; run in a project's root folder.

    python benchmarks/stages.py [--json] [stage ...]

The project is brought up to date first, so that there is nothing to do. Then stages run again on the inputs that lie
there: their outputs are replaced by the same bytes, but for the pages that hold the time they were made.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml


def measure(command: list[str]) -> dict[str, Any]:
    """Run a command and return seconds of wall and CPU time, and peak memory in MiB of the process itself."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    return {
        "wall_s": round(time.monotonic() - started, 2),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mib": round(usage.ru_maxrss / 1024),
        "exit_code": os.waitstatus_to_exitcode(status),
    }


def main(arguments: list[str]) -> None:
    """Measure what was asked for, or everything."""
    asked = [name for name in arguments if name != "--json"]
    stages = asked or yaml.safe_load(Path("dvc.yaml").read_text(encoding="utf-8"))["stages"]
    found = {}
    if not asked:
        repro = [sys.executable, "-m", "dvc", "repro"]
        measure(repro)
        found["dvc repro, nothing to do"] = measure(repro)
    found |= {name: measure([sys.executable, "-m", f"pipelines.{name}"]) for name in stages}
    if "--json" in arguments:
        print(json.dumps(found, indent=2))
        return
    print(f"{'':26} {'wall s':>8} {'CPU s':>8} {'peak MiB':>9}  exit")
    for name, row in found.items():
        print(f"{name:26} {row['wall_s']:8.1f} {row['cpu_s']:8.1f} {row['peak_mib']:9d}  {row['exit_code']}")


if __name__ == "__main__":
    main(sys.argv[1:])
