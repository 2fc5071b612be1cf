"""Runs that a killed training left behind: it cannot say so itself, so the next one does."""

import fcntl
import os
import socket
from pathlib import Path

from mlflow import MlflowClient

from vaegis import paths
from vaegis.registry.names import KILLED, PROCESS, ROLE, RUNNING


def this_process() -> str:
    """Return who works on a run now: host, process, and the folder whose stage lock it holds."""
    return f"{socket.gethostname()}:{os.getpid()}:{Path.cwd()}"


def is_gone(process: str, stage: str) -> bool:
    """Whether a process that `this_process` named, on this host, no longer holds the lock of its stage.

    The kernel gives a lock back when its holder ends, so neither reused process ids nor removed folders mislead. Of
    other hosts nothing is known: their runs are left alone.
    """
    host, _, rest = process.partition(":")
    pid, _, folder = rest.partition(":")
    return host == socket.gethostname() and _holder(Path(folder) / paths.SCRATCH / f"{stage}.lock") != pid


def end_abandoned(client: MlflowClient, experiment: str, stage: str, role: str, own: str) -> list[str]:
    """Mark the running runs of this role as killed whose process is gone, but for `own`, and return them."""
    running = client.search_runs(
        [experiment], filter_string=f"attributes.status = '{RUNNING}' AND tags.`{ROLE}` = '{role}'"
    )
    gone = [
        str(run.info.run_id)
        for run in running
        if run.info.run_id != own and PROCESS in run.data.tags and is_gone(run.data.tags[PROCESS], stage)
    ]
    for run in gone:
        client.set_terminated(run, KILLED)
    return gone


def _holder(lock: Path) -> str:
    """Return the process that holds a stage's lock, empty if none does."""
    try:
        with lock.open() as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return handle.read().strip()
    except OSError:
        pass
    return ""
