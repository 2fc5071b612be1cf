"""What every stage process shares: one at a time, one line per user's mistake, an exit code."""

import ctypes
import errno
import fcntl
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Final

from vaegis import paths
from vaegis.errors import ServiceError, VaegisError

GRACE_SECONDS: Final = 20.0
"""How long an orphan of a killed run may take to end by itself before it is ended."""
_FIRST_RANK: Final = "VAEGIS_FIRST_RANK_PID"
_SET_DEATH_SIGNAL: Final = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def run_stage(name: str, main: Callable[[], None]) -> None:
    """Run a stage's `main`, turning a `VaegisError` or a full disk into one line and an exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("vaegis").setLevel(logging.INFO)
    try:
        with _alone(name):
            main()
    except VaegisError as error:
        sys.exit(_say(name, error))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        full = ServiceError(f"the disk is full ({error.filename or 'while writing'})", where="free space, then repeat")
        sys.exit(_say(name, full))


def _say(name: str, error: VaegisError) -> int:
    sys.stderr.write(f"{name}: error: {error}\n")
    return error.exit_code


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Hold the stage's lock; an orphan that outlived a killed `dvc repro` gets a moment to end, then is ended.

    Ranks above 0 of a distributed run are children of the rank that holds the lock, and end with it.
    """
    if int(os.environ.get("LOCAL_RANK", "0")) > 0:
        _end_with_first_rank()
        yield
        return
    os.environ[_FIRST_RANK] = str(os.getpid())
    paths.SCRATCH.mkdir(exist_ok=True)
    with (paths.SCRATCH / f"{name}.lock").open("a+") as lock:
        _acquire(lock)
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _end_with_first_rank() -> None:
    """Have the kernel end this rank when the first one is killed, where it can; else its connections time out."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.environ.get(_FIRST_RANK, "") not in ("", str(os.getppid())):  # it was gone before we asked
        sys.exit(1)


def _acquire(lock: IO[str]) -> None:
    deadline = time.monotonic() + GRACE_SECONDS
    while not _try_lock(lock.fileno()):
        if time.monotonic() > deadline:
            _end_holder(lock)
        time.sleep(0.2)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end_holder(lock: IO[str]) -> None:
    lock.seek(0)
    holder = lock.read().strip()
    if holder.isdigit():
        with suppress(ProcessLookupError):
            os.kill(int(holder), signal.SIGKILL)
