"""Finished pieces of an output that is not there yet: what a killed run leaves for the next one to go on from."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any, Final, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from vaegis.durable import canonical_json, replacing, write_bytes
from vaegis.errors import DataError

RECEIPT: Final = "_receipt.json"
"""Readers of Parquet folders pass over names that begin so."""


class Parts:
    """The pieces of one output, in `.NAME.parts` beside it, with a receipt of what they are made of."""

    def __init__(self, output: Path, made_of: dict[str, Any]) -> None:
        """Look at `output`'s pieces: those of which the receipt says `made_of` are of use."""
        self._folder = output.with_name(f".{output.name}.parts")
        self.receipt: dict[str, Any] = json.loads(canonical_json(made_of))

    def done(self) -> int:
        """Return how many pieces are there; those of another task are removed."""
        receipt = self._folder / RECEIPT
        if not receipt.is_file() or json.loads(receipt.read_bytes()) != self.receipt:
            shutil.rmtree(self._folder, ignore_errors=True)
            write_bytes(receipt, canonical_json(self.receipt))
        number = 0
        while self._file(number).is_file():
            number += 1
        return number

    def files(self, count: int) -> list[Path]:
        """Return the first `count` pieces."""
        return [self._file(number) for number in range(count)]

    def write(self, number: int, table: pa.Table) -> None:
        """Put a piece beside the others."""
        with replacing(self._file(number)) as temporary:
            pq.write_table(table, temporary, compression="zstd")

    def remove(self) -> None:
        """Forget them."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def until_used(self) -> Iterator[None]:
        """Remove the pieces when the block is done, or when rows are at fault, which will be other rows next time.

        Whatever else ends it leaves them for the next run. Of two processes at once the second waits.
        """
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        with _locked(self._folder.with_suffix(".lock")):
            try:
                yield
            except DataError:
                self.remove()
                raise
            self.remove()

    def _file(self, number: int) -> Path:
        return self._folder / f"part-{number:06d}.parquet"


def is_part(name: str) -> bool:
    """Whether a file of this name is a piece."""
    return re.fullmatch(r"part-\d{6,}\.parquet", name) is not None


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold a lock of which nothing is left: who has waited for a file that is gone since asks for the new one."""
    while True:
        with file.open("w") as handle:
            flock(handle, LOCK_EX)
            if not _is_at(file, handle):
                continue
            try:
                yield
            finally:
                file.unlink(missing_ok=True)
            return


def _is_at(file: Path, handle: TextIO) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(handle.fileno()), file.stat())
    return False
