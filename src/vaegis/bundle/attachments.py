"""Files beside the parts of a bundle, outside its digest, that are read again: their digests stand in a list."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from vaegis.durable import read_json, write_bytes, write_json
from vaegis.errors import ArtifactError

_LIST: Final = "attachments.json"


def attach(path: Path, name: str, content: bytes) -> None:
    """Add a file to a bundle folder; the content digest stays what it is."""
    known: dict[str, str] = read_json(path / _LIST) if (path / _LIST).is_file() else {}
    write_bytes(path / name, content)
    write_json(path / _LIST, {**known, name: hashlib.sha256(content).hexdigest()})


def read_attachment(files: Mapping[str, bytes], name: str, origin: str) -> bytes | None:
    """Return one of a bundle's files (name -> content), checked against the list; None where it is not in it.

    This finds damage. Who can write to the folder can change both: what covers every file of a registered version is
    its artifact manifest.

    Raises:
        ArtifactError: it is missing or altered; `origin` is what the bundle is called.
    """
    try:
        digest = json.loads(files.get(_LIST, b"{}")).get(name)
    except ValueError as error:
        raise ArtifactError(f"{origin}/{_LIST} is not JSON ({error})", where="restore the bundle") from None
    if digest is None:
        return None
    if name not in files:
        raise ArtifactError(f"bundle attachment {origin}/{name} is missing", where="restore the bundle")
    if hashlib.sha256(files[name]).hexdigest() != digest:
        what = f"bundle attachment {origin}/{name} was altered (SHA-256 is not {digest[:12]}...)"
        raise ArtifactError(what, where="restore the bundle")
    return files[name]
