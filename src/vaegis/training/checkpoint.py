"""A resumable state on disk: one file a lineage key, replaced whole after each interval, deleted on success."""

import logging
import os
import zipfile
from pathlib import Path

from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Checkpoint
from torch.serialization import get_unsafe_globals_in_checkpoint

_LOG = logging.getLogger(__name__)


class ResumableCheckpoint(Checkpoint):
    """Save after each interval, once its numbers were found finite. Lightning calls it after the module's own hook."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Write beside, then rename: a kill leaves the old state or the new one."""
        del pl_module
        temporary = self._path.with_suffix(".partial")
        trainer.save_checkpoint(temporary, weights_only=False)
        if trainer.is_global_zero:
            with temporary.open("rb") as handle:
                os.fsync(handle.fileno())
            temporary.replace(self._path)


def resumable(path: Path) -> Path | None:
    """Return `path` if it holds a readable state; a broken one is removed, and training starts over."""
    if not path.exists():
        return None
    if not _is_whole(path) or get_unsafe_globals_in_checkpoint(path):
        _LOG.warning("the checkpoint %s is damaged: training starts over", path)
        path.unlink(missing_ok=True)
        return None
    _LOG.info("resuming from %s", path)
    return path


def _is_whole(path: Path) -> bool:
    """Whether the archive that torch writes is complete and every part of it has the checksum it was written with."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, OSError, EOFError):
        return False
