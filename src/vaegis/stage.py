"""What every stage process shares: one at a time, one line per user's mistake, an exit code."""

import ctypes
import errno
import fcntl
import logging
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Final

from vaegis import paths
from vaegis.errors import ArtifactError, ServiceError, VaegisError

GRACE_SECONDS: Final = 2.0
"""How long an orphan of a killed run may take to end by itself before it is ended.

Short, for nothing it makes is kept: DVC runs the stage again, and training goes on from the state it left.
"""
_FULL: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "a file has reached the largest size allowed",
}
_PATH: Final = {
    errno.ENOENT: ("does not exist", "a file or folder that is there"),
    errno.EEXIST: ("is there already", "a new place"),
    errno.EISDIR: ("is a folder", "a file"),
    errno.ENOTDIR: ("is no folder, or lies in none", "a place in a folder"),
    errno.EACCES: ("may not be read or written", "a place for which you have the right"),
    errno.EPERM: ("may not be read or written", "a place for which you have the right"),
    errno.EROFS: ("lies in a file system that can only be read", "a place that can be written"),
    errno.ENAMETOOLONG: ("is too long a name", "a shorter one"),
    errno.ELOOP: ("is a link that leads to itself", "a file or folder"),
}
_FIRST_RANK: Final = "VAEGIS_FIRST_RANK_PID"
_SET_DEATH_SIGNAL: Final = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
_log = logging.getLogger(__name__)


def run_stage(name: str, main: Callable[[], None], *, waits: bool = False) -> None:
    """Run a stage's `main`, turning a `VaegisError`, a full disk or a wrong path into one line and an exit code.

    A stage that `waits` leaves another process at work on it in peace: DVC keeps two of one stage apart by its outputs,
    so of one without any both may be alive.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("vaegis").setLevel(logging.INFO)
    with one_line(name), _alone(name, waits=waits):
        main()


@contextmanager
def one_line(name: str) -> Iterator[None]:
    """End the process with one line and an exit code if the block meets a `VaegisError`, a full disk or a bad path."""
    try:
        yield
    except Exception as error:
        mistake = _full_disk(error) or _wrong_path(error) or error
        if not isinstance(mistake, VaegisError):
            raise
        sys.stderr.write(f"{name}: error: {mistake}\n")
        sys.exit(mistake.exit_code)


def _full_disk(error: BaseException | None) -> ServiceError | None:
    """Say what is full if that is what began `error`: libraries wrap it in errors of their own."""
    while error is not None:
        what = ""
        if isinstance(error, OSError) and error.errno in _FULL:
            # Of a copy, the second name is where it should have gone.
            what = f"{_FULL[error.errno]} ({error.filename2 or error.filename or 'while writing'})"
        elif getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
            what = "the disk is full (a database)"
        if what:
            return ServiceError(what, where="free space, then repeat")
        error = error.__cause__ or error.__context__
    return None


def _wrong_path(error: BaseException) -> ArtifactError | None:
    """Say what is wrong with a path; one that another error came of may be a mistake of ours and is left alone."""
    if not isinstance(error, OSError) or error.errno not in _PATH:
        return None
    path = error.filename2 or error.filename
    if not isinstance(path, str | os.PathLike):
        return None
    what, allowed = _PATH[error.errno]
    return ArtifactError(f"{os.fspath(path)} {what}", allowed=allowed, where="the path")


@contextmanager
def _alone(name: str, *, waits: bool) -> Iterator[None]:
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
        _acquire(lock, math.inf if waits else GRACE_SECONDS)
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


def _acquire(lock: IO[str], patience_seconds: float) -> None:
    deadline = time.monotonic() + patience_seconds
    while not _try_lock(lock.fileno()):
        if time.monotonic() > deadline:
            _end_holder(lock)
            deadline = time.monotonic() + patience_seconds
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
            _log.warning("ended process %s, which a killed run had left at work on this stage", holder)
