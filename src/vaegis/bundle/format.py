"""Write and read a bundle folder.

bundle.json                 format_version, kind, content_digest, parts {name: sha256}
weights.safetensors ...     parts: what decides behaviour, named by the digest
MODEL_CARD.md ...           attachments: may grow without changing the digest
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vaegis.durable import canonical_json, read_json, replacing, write_json
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


def write_bundle(path: Path, kind: str, parts: Mapping[str, bytes], attachments: Mapping[str, bytes]) -> str:
    """Write a bundle folder atomically and return its content digest.

    Args:
        path: the folder, replaced if it exists.
        kind: what the parts are, for the reader that interprets them.
        parts: file name (`.json` or `.safetensors`) to bytes; covered by the digest.
        attachments: file name to bytes; outside the digest.
    """
    for name in parts:
        if not name.endswith(_SUFFIXES):
            raise ArtifactError(f"bundle part {name!r}", allowed="safetensors and JSON, never pickle", where=str(path))
    index = _index(kind, {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()})
    with replacing(path) as folder:
        folder.mkdir()
        for name, content in {**parts, **attachments}.items():
            (folder / name).write_bytes(content)
        write_json(folder / _INDEX, index)
    return str(index["content_digest"])


def read_bundle(path: Path) -> Bundle:
    """Read a bundle and verify every part on the very bytes that are returned.

    Raises:
        ArtifactError: no bundle there, a newer format, a part missing or altered.
    """
    return _verify(read_json(path / _INDEX), path, lambda name: _read_part(path / name))


def parse_bundle(files: Mapping[str, bytes], origin: str) -> Bundle:
    """Verify a bundle whose files (name -> content) are in memory; errors call it `origin`.

    Raises:
        ArtifactError: as `read_bundle`.
    """

    def part(name: str) -> bytes:
        if name not in files:
            raise _missing(Path(origin) / name)
        return files[name]

    try:
        index = json.loads(part(_INDEX))
    except ValueError as error:
        raise ArtifactError(f"{origin}/{_INDEX} is not JSON ({error})", where="restore the bundle") from None
    return _verify(index, Path(origin), part)


def _verify(index: Any, path: Path, read: Callable[[str], bytes]) -> Bundle:
    version = index.get("format_version")
    if version != FORMAT_VERSION:
        allowed = f"format_version {FORMAT_VERSION}"
        raise ArtifactError(f"{path} has format_version {version}", allowed=allowed, where="install a newer vaegis")
    parts = {name: _checked(path / name, read(name), digest) for name, digest in index["parts"].items()}
    expected = _index(index["kind"], index["parts"])["content_digest"]
    if index.get("content_digest") != expected:
        raise ArtifactError(f"{path / _INDEX} was altered: its content digest is not that of its parts")
    return Bundle(kind=index["kind"], content_digest=expected, parts=parts)


def _read_part(path: Path) -> bytes:
    if not path.is_file():
        raise _missing(path)
    return path.read_bytes()


def _missing(path: Path) -> ArtifactError:
    return ArtifactError(
        f"bundle part {path} is missing", where="restore the bundle from its registry or run `dvc repro`"
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
