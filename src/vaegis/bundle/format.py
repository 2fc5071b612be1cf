"""Write and read a bundle folder.

bundle.json                 format_version, kind, content_digest, parts {name: sha256}
weights.safetensors ...     parts: what decides behaviour, named by the digest
MODEL_CARD.md ...           attachments: may grow without changing the digest
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vaegis.durable import canonical_json, replacing, write_json
from vaegis.errors import ArtifactError

FORMAT_VERSION: Final = 1
_INDEX: Final = "bundle.json"
_SUFFIXES: Final = (".json", ".safetensors")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """A verified bundle in memory."""

    kind: str
    content_digest: str
    parts: dict[str, bytes]


def write_bundle(path: str | Path, kind: str, parts: Mapping[str, bytes], attachments: Mapping[str, bytes]) -> str:
    """Write a bundle folder atomically and return its content digest.

    Args:
        path: the folder; it is not there yet, is empty, or holds a bundle, which is replaced.
        kind: what the parts are, for the reader that interprets them.
        parts: file name (`.json` or `.safetensors`) to bytes; covered by the digest.
        attachments: file name to bytes; outside the digest.

    Raises:
        ArtifactError: a part is of another format, or the path cannot be written to or holds something else.
    """
    path = _folder(path)
    _require_free(path)
    for name in parts:
        if not name.endswith(_SUFFIXES):
            raise ArtifactError(f"bundle part {name!r}", allowed="safetensors and JSON, never pickle", where=str(path))
    index = _index(kind, {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()})
    try:
        with replacing(path) as folder:
            folder.mkdir()
            for name, content in {**parts, **attachments}.items():
                (folder / name).write_bytes(content)
            write_json(folder / _INDEX, index)
    except OSError as error:
        what = f"{path} cannot be written ({error.strerror})"
        raise ArtifactError(what, allowed="a folder that you may write to", where="the path") from None
    return str(index["content_digest"])


def read_bundle(path: str | Path) -> Bundle:
    """Read a bundle and verify every part on the very bytes that are returned.

    Raises:
        ArtifactError: no bundle there, a newer format, a part missing or altered.
    """
    folder = _folder(path)
    if not (folder / _INDEX).is_file():
        what = f"{folder / _INDEX} does not exist" if not folder.is_file() else f"{folder} is a file, no bundle"
        raise ArtifactError(what, where="the path of a saved model; in a project `dvc repro` makes it")
    return _verify((folder / _INDEX).read_bytes(), folder, lambda name: _read_part(folder / name))


def parse_bundle(files: Mapping[str, bytes], origin: str) -> Bundle:
    """Verify a bundle whose files (name -> content) are in memory; errors call it `origin`.

    Raises:
        ArtifactError: as `read_bundle`.
    """

    def part(name: str) -> bytes:
        if name not in files:
            raise _missing(Path(origin) / name)
        return files[name]

    return _verify(part(_INDEX), Path(origin), part)


def _folder(path: str | Path) -> Path:
    if not isinstance(path, str | os.PathLike):
        raise ArtifactError(f"the path of a bundle is {path!r}", allowed="text or a pathlib.Path", where="the call")
    return Path(path)


def _require_free(path: Path) -> None:
    """Refuse a path where a bundle would take the place of anything but a bundle."""
    where = "the path"
    if re.match(r"[A-Za-z]\w+:/", str(path)):  # Path takes `models:/x` for a folder called `models:`
        raise ArtifactError(f"{path} is an address", allowed="a folder", where=where)
    holds_bundle = (path / _INDEX).is_file()
    is_empty = path.is_dir() and not any(path.iterdir())
    if path.exists() and not (holds_bundle or is_empty):
        allowed = "a folder that is not there yet, is empty or holds a bundle"
        raise ArtifactError(f"{path} holds what is no bundle, and is left as it is", allowed=allowed, where=where)


def _verify(content: bytes, path: Path, read: Callable[[str], bytes]) -> Bundle:
    index = _read_index(content, path / _INDEX)
    version = index.get("format_version")
    if version != FORMAT_VERSION:
        allowed = f"format_version {FORMAT_VERSION}"
        raise ArtifactError(f"{path} has format_version {version}", allowed=allowed, where="install a newer vaegis")
    if not isinstance(index.get("parts"), dict) or "kind" not in index:
        raise _no_index(path / _INDEX)
    parts = {name: _checked(path / name, read(name), digest) for name, digest in index["parts"].items()}
    expected = _index(index["kind"], index["parts"])["content_digest"]
    if index.get("content_digest") != expected:
        raise ArtifactError(f"{path / _INDEX} was altered: its content digest is not that of its parts")
    return Bundle(kind=index["kind"], content_digest=expected, parts=parts)


def _read_index(content: bytes, path: Path) -> dict[str, Any]:
    try:
        index = json.loads(content)
    except ValueError as error:
        raise ArtifactError(f"{path} is not JSON ({error})", where="restore the bundle") from None
    if not isinstance(index, dict):
        raise _no_index(path)
    return index


def _no_index(path: Path) -> ArtifactError:
    return ArtifactError(f"{path} is no index of a bundle", where="restore the bundle")


def _read_part(path: Path) -> bytes:
    if not path.is_file():
        raise _missing(path)
    return path.read_bytes()


def _missing(path: Path) -> ArtifactError:
    return ArtifactError(
        f"bundle part {path} is missing", where="restore the bundle, save it again or, in a project, run `dvc repro`"
    )


def _checked(path: Path, content: bytes, digest: str) -> bytes:
    if hashlib.sha256(content).hexdigest() != digest:
        raise ArtifactError(
            f"bundle part {path} was altered (SHA-256 is not {digest[:12]}...)", where="restore the bundle"
        )
    return content


def _index(kind: str, parts: Mapping[str, str]) -> dict[str, Any]:
    body = {"format_version": FORMAT_VERSION, "kind": kind, "parts": dict(parts)}
    return {**body, "content_digest": hashlib.sha256(canonical_json(body)).hexdigest()}
