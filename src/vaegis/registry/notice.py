"""Tell somebody that the champion changed: a webhook or a command, in a process of its own that nobody waits for."""

import json
import logging
import shlex
import subprocess
import sys
from dataclasses import asdict
from typing import Final
from urllib.error import URLError
from urllib.request import Request, urlopen

from vaegis import paths
from vaegis.governance.entry import Entry

SECONDS: Final = 10.0
"""How long a receiver may take."""
_LOG: Final = logging.getLogger(__name__)
_WEB: Final = ("http://", "https://")
_JOURNAL: Final = paths.SCRATCH / "notify.log"


def notify(target: str, entry: Entry) -> None:
    """Start telling `target` of an entry of the audit log; whatever becomes of it, the caller goes on.

    Args:
        target: a web address that takes a POST of JSON, or a command that gets it on its standard input; empty: nobody.
        entry: COMMIT or REVOCATION.
    """
    if not target:
        return
    try:
        paths.SCRATCH.mkdir(exist_ok=True)
        with _JOURNAL.open("ab") as journal:
            child = subprocess.Popen(
                [sys.executable, "-m", "vaegis.registry.notice", target],
                stdin=subprocess.PIPE,
                stdout=journal,
                stderr=journal,
                start_new_session=True,
            )
        assert child.stdin is not None  # noqa: S101 - a pipe was asked for
        with child.stdin as pipe:
            pipe.write(json.dumps(asdict(entry), sort_keys=True).encode())
        # Not waited for: it ends by itself, with a line in the journal.
        child.returncode = 0
    except OSError as error:
        _LOG.warning("nobody was told of audit log entry %s (%s)", entry.seq, error)


def deliver(target: str, message: bytes) -> str:
    """Hand the message over; return in a line how it went."""
    try:
        if target.startswith(_WEB):
            request = Request(target, data=message, headers={"Content-Type": "application/json"})  # noqa: S310
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - http or https
                return f"delivered: HTTP {answer.status}"
        done = subprocess.run(shlex.split(target), input=message, timeout=SECONDS, check=False)
    except (URLError, OSError, ValueError, subprocess.TimeoutExpired) as error:
        return f"not delivered: {type(error).__name__}"
    return f"delivered: the command ended with {done.returncode}"


def main() -> None:
    """Deliver what stands on standard input to the target named on the command line."""
    sys.stdout.write(deliver(sys.argv[1], sys.stdin.buffer.read()) + "\n")


if __name__ == "__main__":
    main()
