"""Writes that are whole or absent: temporary name, fsync, rename; and the one canonical JSON form."""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vaegis.errors import ArtifactError, ConfigError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary sibling of `path` (file or folder) that takes its place only if the block succeeds.

    A leftover of a killed run is cleared first, so a second run repairs what the first left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.partial")
    _remove(temporary)
    try:
        yield temporary
        _sync(temporary)
        if temporary.is_dir() and path.exists():
            _remove(path)
        temporary.replace(path)
        _sync_one(path.parent)
    finally:
        _remove(temporary)


def require_place(
    output: Path, reads: Iterable[Path], is_ours: Callable[[Path], bool], *, allowed: str, where: str = "--output"
) -> None:
    """Refuse an output that would take the place of something else, before anything is written.

    Args:
        output: where a command is to write.
        reads: what it reads: the output may be none of them, lie in none and hold none.
        is_ours: whether what is there already may be replaced.
        allowed: what that is, in words.
        where: the option.

    Raises:
        ConfigError: it would.
    """
    place = output.resolve()
    for source in reads:
        read = source.resolve()
        if place.is_relative_to(read) or read.is_relative_to(place):
            how = "is" if place == read else "lies in" if place.is_relative_to(read) else "holds"
            raise ConfigError(f"{output} {how} {source}, which is read", allowed="a place elsewhere", where=where)
    if output.exists() and not is_ours(output):
        raise ConfigError(f"{output} is there already", allowed=f"a new place, or {allowed}", where=where)


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as sorted, indented JSON; non-finite numbers become null, since JSON has none."""
    write_bytes(path, (json.dumps(finite(value), sort_keys=True, indent=2, allow_nan=False) + "\n").encode())


def read_json(path: Path) -> Any:
    """Read a JSON file; a missing or broken one is an `ArtifactError` that names it."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ArtifactError(f"{path} does not exist", where="run `dvc repro` to make it") from None
    except ValueError as error:
        raise ArtifactError(f"{path} is not JSON ({error})", where="delete it and run `dvc repro`") from None


def canonical_json(value: Any) -> bytes:
    """Encode `value` with sorted keys and no white space: the bytes that digests are taken over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def finite(value: Any) -> Any:
    """Copy a JSON tree with every non-finite float replaced by None."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if isinstance(value, float) and value - value != 0.0:
        return None
    return value


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    files = [path] if path.is_file() else [item for item in path.rglob("*") if item.is_file()]
    for item in files:
        _sync_one(item)


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
