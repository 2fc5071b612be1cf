"""From a file's bytes to text: unpacked, its encoding found, and nothing that is no text."""

import bz2
import codecs
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from vaegis.errors import ArtifactError

HEAD_BYTES: Final = 1 << 18
"""How much of a file is looked at to find separator and header."""
PARQUET: Final = b"PAR1"
_PACKED: Final[tuple[tuple[bytes, Callable[[IO[bytes]], Any]], ...]] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\x00", lzma.open),
)
_FOREIGN: Final = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89HDF", "an HDF5 file"),
    (b"ARROW1", "an Arrow file"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd"),
    (b"%PDF", "a PDF"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)
ALLOWED: Final = "CSV or another separated text (also .gz, .bz2, .xz), Parquet, or a folder of such files"
_UNDEFINED: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")
"""Bytes that cp1252 gives no meaning."""
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@contextmanager
def unpacked(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading, unpacked if it is packed; every way in which that fails is one line.

    Raises:
        ArtifactError: the file is missing, forbidden, cut short, or damaged.
    """
    try:
        with path.open("rb") as raw:
            start = raw.read(8)
            raw.seek(0)
            opener = next((opener for magic, opener in _PACKED if start.startswith(magic)), None)
            yield opener(raw) if opener else raw
    except FileNotFoundError:
        raise ArtifactError(f"{path} does not exist", allowed=ALLOWED) from None
    except PermissionError:
        raise ArtifactError(f"{path} may not be read", where="its permissions") from None
    except (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
        raise ArtifactError(
            f"{path} cannot be unpacked ({error})", where="fetch it again: it is cut short or damaged"
        ) from None


def is_parquet(path: Path) -> bool:
    """Tell Parquet by its first bytes, whatever the file is called."""
    with unpacked(path) as file:
        return file.read(len(PARQUET)) == PARQUET


def find_encoding(path: Path) -> str:
    """Return `utf-8`, `utf-8-sig`, a `utf-16`, or else `cp1252`, the encoding of old Windows programs.

    Raises:
        ArtifactError: the file is empty or no text at all.
    """
    with unpacked(path) as file:
        head = file.read(HEAD_BYTES)
        _require_text(path, head)
        if bom := next((encoding for magic, encoding in _BOMS if head.startswith(magic)), ""):
            return bom
        if wide := _wide(head):
            return wide
        if b"\x00" in head:
            raise ArtifactError(f"{path} is no text: it holds zero bytes", allowed=ALLOWED)
        if _is_utf8(head, file):
            return "utf-8"
    return "latin-1" if set(head) & _UNDEFINED else "cp1252"


def read_head(path: Path, encoding: str) -> str:
    """Return the beginning of the text, up to its last whole line."""
    with unpacked(path) as file:
        raw = file.read(HEAD_BYTES)
        is_whole = not file.read(1)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(raw)
    if is_whole:
        return text
    return text[: text.rfind("\n") + 1] or text


def _require_text(path: Path, head: bytes) -> None:
    if not head.strip():
        raise ArtifactError(f"{path} is empty", allowed=ALLOWED)
    if what := next((what for magic, what in _FOREIGN if head.startswith(magic)), ""):
        raise ArtifactError(f"{path} is {what}", allowed=ALLOWED, where="export the table as CSV or Parquet")
    control = sum(byte < 32 and byte not in b"\t\n\r\x0c\x1b\x1f\x01\x00" for byte in head[:4096])
    if control > 0.05 * len(head[:4096]):
        raise ArtifactError(f"{path} is no text", allowed=ALLOWED)


def _wide(head: bytes) -> str:
    """Tell UTF-16 without a mark by where its zero bytes are."""
    even, odd = head[0:2048:2].count(0), head[1:2048:2].count(0)
    half = len(head[:2048]) / 2
    return "utf-16-le" if odd > 0.7 * half and not even else "utf-16-be" if even > 0.7 * half and not odd else ""


def _is_utf8(head: bytes, rest: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
        while chunk := rest.read(1 << 22):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
